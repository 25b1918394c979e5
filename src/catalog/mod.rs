//! The catalog: snapshots in, entities and their relations out.
//!
//! In: [`crate::sources::Snapshot`]s. Out: a [`Catalog`] in a stated, deterministic order.
//! Must not know: pages, themes, documents. The rules are those of the Backstage catalog (backend 4.0, model 1.10).

mod address;
mod bundle;
mod case_twins;
mod codeowners;
mod discover;
mod entity;
mod format;
mod gather;
mod kinds;
mod node;
mod parse;
mod placeholder;
mod read;
mod reference;
mod relation;
mod repair;
mod rules;
mod scalar;
mod schema;
mod stitch;
mod validate;
mod written;

use indexmap::IndexMap;

use crate::base::{Diagnostic, Limits, Outcome};
use crate::config::CatalogSettings;
use crate::sources::Snapshot;

pub use entity::{Claim, CodeOwners, Entity, EntityLink, RegisteredLocation, Relation, Unpublished};
pub use kinds::names as kind_names;
pub use reference::{EntityRef, RawRef, RefError};
pub use repair::{Repair, repaired};
pub use rules::RULES;
pub use schema::json_schema;
pub use written::Written;

/// All entities, by canonical reference, in order of kind, namespace and name.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Published entities.
    pub entities: IndexMap<EntityRef, Entity>,
    /// Documents that could not become entities, with the reason; shown in the health section.
    pub unpublished: Vec<Unpublished>,
    /// The files that the catalog starts from, in order.
    pub locations: Vec<RegisteredLocation>,
}

/// Reads the catalog of all snapshots: their entity files, and what Locations lead to.
///
/// The same snapshots give the same catalog, whatever the number of threads. Findings come in order of their places.
pub fn load(snapshots: &[Snapshot], settings: &CatalogSettings, limits: &Limits) -> Outcome<Catalog> {
    let mut gathered = gather::gather(snapshots, settings, limits);
    let mut diagnostics = std::mem::take(&mut gathered.diagnostics);
    let entities = stitch::stitch(&mut gathered, snapshots, settings, &mut diagnostics);
    let unpublished = unpublished(&gathered, &mut diagnostics);
    let locations = gathered.registered.iter().map(|(at, path)| location(&snapshots[*at].origin, path)).collect();
    let mut catalog = Catalog { entities, unpublished, locations };
    set_refused_aside(&mut catalog, settings);
    diagnostics.extend(catalog.entities.values().flat_map(|entity| &entity.findings).cloned());
    diagnostics.extend(dangling_notes(&catalog));
    diagnostics.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    diagnostics.dedup();
    Outcome { value: catalog, diagnostics }
}

/// Whether a finding only sums up what [`Catalog::dangling`] tells one by one.
pub fn is_summary(finding: &Diagnostic) -> bool {
    finding.code == rules::DANGLING.code
}

/// Reads one YAML (or JSON) document as the catalog does; else the line of the first mistake, and what it is.
pub fn yaml_value(text: &str, limits: &Limits) -> Result<serde_json::Value, (u32, String)> {
    let mut documents = parse::parse(text, limits);
    if let Some(problem) = documents.iter().find_map(|document| document.problems.first()) {
        let source = crate::base::SourceFile::new("", "", text);
        let (line, _) = source.line_column(problem.span.start as usize);
        // A text that ends too early is wrong where it ends, not behind its last line.
        let lines = text.lines().zip(1u32..).take_while(|(_, number)| *number <= line);
        let last = lines.filter(|(line, _)| !line.trim().is_empty()).last();
        return Err((last.map_or(line, |(_, number)| number), problem.message.clone()));
    }
    match (documents.len(), documents.pop().and_then(|document| document.root)) {
        (1, Some(root)) => Ok(root.into_json()),
        (0, _) | (_, None) => Err((1, "it is empty".to_owned())),
        (count, _) => Err((1, format!("it holds {count} documents"))),
    }
}

/// Reads all YAML (or JSON) documents of a text as the catalog does; else the line of the first mistake, and what it is.
pub fn yaml_values(text: &str, limits: &Limits) -> Result<Vec<serde_json::Value>, (u32, String)> {
    let documents = parse::parse(text, limits);
    if let Some(problem) = documents.iter().find_map(|document| document.problems.first()) {
        let (line, _) = crate::base::SourceFile::new("", "", text).line_column(problem.span.start as usize);
        return Err((line, problem.message.clone()));
    }
    Ok(documents.into_iter().filter_map(|document| document.root).map(node::Node::into_json).collect())
}

fn unpublished(gathered: &gather::Gathered, diagnostics: &mut Vec<Diagnostic>) -> Vec<Unpublished> {
    let mut all = Vec::new();
    for ((snapshot, path), broken) in &gathered.broken {
        let source = &gathered.files[&(*snapshot, path.clone())].source;
        let found: Vec<Diagnostic> = broken.problems.iter().map(|problem| source.report(problem)).collect();
        let worst = found.iter().max_by_key(|finding| (finding.severity, std::cmp::Reverse(&finding.place)));
        if let Some(finding) = worst.cloned() {
            let text = source.text()[broken.span.range()].trim_end().to_owned();
            all.push(Unpublished { name: broken.name.clone(), snapshot: *snapshot, finding, source: text });
        }
        diagnostics.extend(found);
    }
    all
}

/// Takes what the settings refuse out of the catalog: in strict mode everything that Backstage would not publish.
fn set_refused_aside(catalog: &mut Catalog, settings: &CatalogSettings) {
    let strict = settings.neighbours == crate::config::Neighbours::Strict;
    let refused = |entity: &Entity| {
        if entity.recognised { strict && !entity.published } else { !settings.unknown_kinds }
    };
    let names: Vec<EntityRef> =
        catalog.entities.values().filter(|entity| refused(entity)).map(|entity| entity.reference.clone()).collect();
    for name in names {
        let Some(entity) = catalog.entities.shift_remove(&name) else { continue };
        let worst = entity.findings.iter().max_by_key(|finding| finding.severity).cloned();
        let finding =
            worst.unwrap_or_else(|| rules::UNKNOWN_KIND.diagnostic("Backstage would not publish this entity"));
        catalog.unpublished.push(Unpublished {
            name: name.to_string(),
            snapshot: entity.snapshot,
            finding: finding.at(entity.place),
            source: entity.source,
        });
    }
}

/// One note for every kind of entity that is missed.
fn dangling_notes(catalog: &Catalog) -> Vec<Diagnostic> {
    let mut kinds = std::collections::BTreeMap::<String, (usize, usize)>::new();
    for (reference, count) in catalog.dangling() {
        let (names, uses) = kinds.entry(reference.kind().to_owned()).or_default();
        *names += 1;
        *uses += count;
    }
    let note = |(kind, (names, uses)): (String, (usize, usize))| {
        let (references, lead) = if uses == 1 { ("reference", "leads") } else { ("references", "lead") };
        let (entities, are) = if names == 1 { ("entity", "is") } else { ("entities", "are") };
        let message =
            format!("{uses} {references} {lead} to {names} {entities} of kind `{kind}` that {are} not in the catalog");
        rules::DANGLING.diagnostic(message)
    };
    kinds.into_iter().map(note).collect()
}

/// A registered file, named as Backstage names it.
fn location(origin: &crate::sources::Origin, path: &crate::base::RelPath) -> RegisteredLocation {
    use sha1::{Digest, Sha1};
    let registered = address::address(origin, path).registered;
    let digest = Sha1::digest(registered.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let (kind, target) = registered.split_once(':').unwrap_or(("url", &registered));
    RegisteredLocation {
        reference: EntityRef::new("location", "default", &format!("generated-{hex}")),
        kind: kind.to_owned(),
        target: target.to_owned(),
    }
}

impl Catalog {
    /// The entity of a reference.
    pub fn get(&self, reference: &EntityRef) -> Option<&Entity> {
        self.entities.get(reference)
    }

    /// Entities of a kind (lower case), in order of their display names' references.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Entity> {
        self.entities.values().filter(move |entity| entity.reference.kind() == kind)
    }

    /// References that some relation names and no entity has, with how often each is named.
    pub fn dangling(&self) -> IndexMap<EntityRef, usize> {
        let mut counts = std::collections::BTreeMap::<EntityRef, usize>::new();
        for relation in self.entities.values().flat_map(|entity| &entity.relations) {
            if !self.entities.contains_key(&relation.target) {
                *counts.entry(relation.target.clone()).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }
}
