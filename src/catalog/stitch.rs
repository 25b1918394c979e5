//! Drafts in, entities out: who gets a name, what the catalog adds, and the relations in both directions.

use std::collections::HashMap;

use indexmap::IndexMap;
use rayon::prelude::*;
use serde_json::{Map, Value};

use super::address::{Address, address};
use super::gather::{Emitted, Gathered};
use super::kinds::{KindSpec, SORTED_FIELDS};
use super::parse::shown;
use super::read::{DocumentRead, Draft};
use super::{Claim, CodeOwners, Entity, EntityRef, Relation, codeowners, rules};
use crate::base::{Diagnostic, Span};
use crate::config::{CatalogModel, CatalogSettings, Neighbours};
use crate::sources::Snapshot;

/// What Backstage writes instead of a link that would run a script.
const REJECTED: &str = "https://backstage.io/annotation-rejected-for-security-reasons";

/// A name's holder and those who lost it, as numbers of `emitted`.
struct Holder {
    winner: usize,
    losers: Vec<usize>,
}

/// Makes entities of the drafts; the findings about names that are claimed twice go to `diagnostics`.
pub(super) fn stitch(
    gathered: &mut Gathered,
    snapshots: &[Snapshot],
    settings: &CatalogSettings,
    diagnostics: &mut Vec<Diagnostic>,
) -> IndexMap<EntityRef, Entity> {
    let holders = holders(gathered, settings);
    let mut names: Vec<(&EntityRef, &Holder)> = holders.iter().collect();
    names.sort_unstable_by_key(|(reference, _)| *reference);
    let taken: Vec<_> =
        names.into_iter().map(|(reference, holder)| (reference, holder, take_document(gathered, holder))).collect();
    let gathered = &*gathered;
    let owner_files = owner_files(snapshots, settings, diagnostics);
    let entities: Vec<(Entity, Vec<Diagnostic>)> = taken
        .into_par_iter()
        .map(|(reference, holder, document)| {
            let lost = lost(reference, holder, gathered);
            let mut entity = entity(reference, holder, document, gathered, snapshots, settings);
            let draft = draft(gathered, &gathered.emitted[holder.winner]);
            entity.codeowners = owner_by_file(&entity, draft, &owner_files);
            (entity, lost)
        })
        .collect();
    let mut catalog = IndexMap::with_capacity(entities.len());
    for (entity, lost) in entities {
        diagnostics.extend(lost);
        catalog.insert(entity.reference.clone(), entity);
    }
    relate(&mut catalog, &holders, gathered);
    catalog
}

fn draft<'a>(gathered: &'a Gathered, emitted: &Emitted) -> &'a Draft {
    match &gathered.files[&emitted.file].documents[emitted.document] {
        DocumentRead::Draft(draft) => draft,
        _ => unreachable!("only drafts are emitted"),
    }
}

/// A document is large; the entity gets it, not a copy.
fn take_document(gathered: &mut Gathered, holder: &Holder) -> Value {
    let emitted = &gathered.emitted[holder.winner];
    match gathered.files.get_mut(&emitted.file).map(|file| &mut file.documents[emitted.document]) {
        Some(DocumentRead::Draft(draft)) => draft.document.take(),
        _ => unreachable!("only drafts are emitted"),
    }
}

/// The first file holds a name, in it the last document; unless it cannot be published and another one can.
fn holders(gathered: &Gathered, settings: &CatalogSettings) -> HashMap<EntityRef, Holder> {
    let mut holders: HashMap<EntityRef, Holder> = HashMap::with_capacity(gathered.emitted.len());
    let spare = settings.neighbours == Neighbours::Spare;
    for (number, emitted) in gathered.emitted.iter().enumerate() {
        let claimant = draft(gathered, emitted);
        let Some(holder) = holders.get_mut(&claimant.envelope.reference()) else {
            holders.insert(claimant.envelope.reference(), Holder { winner: number, losers: Vec::new() });
            continue;
        };
        let held = &gathered.emitted[holder.winner];
        let same_file = held.file == emitted.file;
        let sound = (draft(gathered, held).published, claimant.published);
        let wins = match sound {
            (false, true) if spare => true,
            (true, false) if spare => false,
            _ => same_file,
        };
        let loser = if wins { std::mem::replace(&mut holder.winner, number) } else { number };
        holder.losers.push(loser);
    }
    holders
}

fn lost(reference: &EntityRef, holder: &Holder, gathered: &Gathered) -> Vec<Diagnostic> {
    let winner = &gathered.emitted[holder.winner];
    let place = |emitted: &Emitted| {
        let span = draft(gathered, emitted).envelope.name_span;
        gathered.files[&emitted.file].source.place(span)
    };
    let told = holder.losers.iter().flat_map(|loser| {
        let emitted = &gathered.emitted[*loser];
        let (rule, message) = if emitted.file == winner.file {
            (&rules::SAME_FILE_TWICE, format!("`{}` is defined again in this file", shown(&reference.to_string())))
        } else {
            (&rules::CONFLICT, format!("`{}` is defined elsewhere too", shown(&reference.to_string())))
        };
        let diagnostic = rule.diagnostic(message).at(place(emitted)).about(reference.to_string());
        let conflict = diagnostic.note("this one counts", Some(place(winner))).hint("rename one of them");
        let source = &gathered.files[&emitted.file].source;
        // What is wrong with a loser would otherwise come to light only when it wins.
        let own = draft(gathered, emitted).problems.iter();
        let own: Vec<Diagnostic> = own.map(|problem| source.report(problem).about(reference.to_string())).collect();
        std::iter::once(conflict).chain(own)
    });
    told.collect()
}

fn entity(
    reference: &EntityRef,
    holder: &Holder,
    document: Value,
    gathered: &Gathered,
    snapshots: &[Snapshot],
    settings: &CatalogSettings,
) -> Entity {
    let emitted = &gathered.emitted[holder.winner];
    let draft = draft(gathered, emitted);
    let source = &gathered.files[&emitted.file].source;
    let (snapshot, path) = (emitted.file.0, &emitted.file.1);
    let address = address(&snapshots[snapshot].origin, path);
    let start = draft.span.start;
    let claim = |number: &usize| {
        let emitted = &gathered.emitted[*number];
        let span = self::draft(gathered, emitted).envelope.name_span;
        Claim { snapshot: emitted.file.0, place: gathered.files[&emitted.file].source.place(span) }
    };
    Entity {
        reference: reference.clone(),
        document: finished(document, draft, emitted, address, settings.model),
        recognised: draft.known.is_some(),
        published: draft.published,
        relations: Vec::new(),
        codeowners: None,
        snapshot,
        path: path.clone(),
        place: source.place(Span { start, end: start + 1 }),
        source: source.text()[draft.span.range()].trim_end().to_owned(),
        rivals: holder.losers.iter().map(claim).collect(),
        findings: draft.problems.iter().map(|problem| source.report(problem).about(reference.to_string())).collect(),
    }
}

/// The CODEOWNERS file of each snapshot, if the settings want it.
fn owner_files(
    snapshots: &[Snapshot],
    settings: &CatalogSettings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Option<codeowners::OwnerFile>> {
    let read = |snapshot| settings.codeowners.then(|| codeowners::read(snapshot).drain_into(diagnostics)).flatten();
    snapshots.iter().map(read).collect()
}

/// Only where nothing is written: a wrong owner is a mistake to be mended, not a gap.
fn owner_by_file(entity: &Entity, draft: &Draft, files: &[Option<codeowners::OwnerFile>]) -> Option<CodeOwners> {
    let owned = draft.known?.relations.iter().any(|relation| relation.field == "owner");
    let written = entity.document["spec"].get("owner").is_some();
    if !owned || written {
        return None;
    }
    files[entity.snapshot].as_ref()?.owners(&entity.path, entity.reference.namespace())
}

/// The final document: what was written, the default namespace, and the catalog's own annotations.
fn finished(mut document: Value, draft: &Draft, emitted: &Emitted, address: Address, model: CatalogModel) -> Value {
    let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) else { return document };
    metadata.shift_remove("uid");
    metadata.shift_remove("etag");
    metadata.entry("namespace").or_insert_with(|| Value::from("default"));
    let annotations = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new()));
    if let Some(annotations) = annotations.as_object_mut() {
        annotate(annotations, emitted, address);
    }
    if let Some(spec) = document.get_mut("spec").and_then(Value::as_object_mut) {
        sort_references(spec, draft.known, model);
    }
    document
}

fn annotate(annotations: &mut Map<String, Value>, emitted: &Emitted, address: Address) {
    let forced = [("managed-by-location", address.location), ("managed-by-origin-location", emitted.origin.clone())];
    for (name, value) in forced {
        annotations.insert(format!("backstage.io/{name}"), Value::from(value));
    }
    let defaults = [("view-url", address.view), ("edit-url", address.edit), ("source-location", address.directory)];
    for (name, value) in defaults {
        if let Some(value) = value {
            annotations.entry(format!("backstage.io/{name}")).or_insert_with(|| Value::from(value));
        }
    }
    for name in ["backstage.io/view-url", "backstage.io/edit-url"] {
        let script = annotations.get(name).and_then(Value::as_str).is_some_and(is_script);
        if script {
            annotations.insert(name.to_owned(), Value::from(REJECTED));
        }
    }
}

/// `javascript:`, however it is broken up.
fn is_script(url: &str) -> bool {
    let scheme: String = url
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n' | '\t'))
        .take_while(|c| *c != ':')
        .take(11)
        .collect();
    scheme.eq_ignore_ascii_case("javascript") && url.contains(':')
}

/// Lists of references are published sorted, by UTF-16 code units as JavaScript does.
fn sort_references(spec: &mut Map<String, Value>, known: Option<&KindSpec>, model: CatalogModel) {
    let of_kind = known.map(|known| known.relations).unwrap_or_default().iter().map(|relation| relation.field);
    let fields: Vec<&str> = match model {
        CatalogModel::Builtin => SORTED_FIELDS.to_vec(),
        CatalogModel::Layers => of_kind.collect(),
    };
    for field in fields {
        if let Some(Value::Array(items)) = spec.get_mut(field)
            && items.iter().all(Value::is_string)
        {
            items.sort_by(|a, b| {
                let units = |value: &Value| value.as_str().unwrap_or_default().encode_utf16().collect::<Vec<_>>();
                units(a).cmp(&units(b))
            });
        }
    }
}

/// Puts every edge on its source, and its reverse on its target where that is there.
fn relate(catalog: &mut IndexMap<EntityRef, Entity>, holders: &HashMap<EntityRef, Holder>, gathered: &Gathered) {
    let mut edges: Vec<(usize, Relation)> = Vec::new();
    for (source, entity) in catalog.values().enumerate() {
        let draft = draft(gathered, &gathered.emitted[holders[&entity.reference].winner]);
        for edge in &draft.edges {
            let published = entity.published;
            let forward = Relation { kind: edge.forward.to_owned(), target: edge.target.clone(), published };
            edges.push((source, forward));
            if let Some(reverse) = edge.reverse
                && let Some(target) = catalog.get_index_of(&edge.target)
            {
                let kind = reverse.to_owned();
                edges.push((target, Relation { kind, target: entity.reference.clone(), published }));
            }
        }
    }
    for (source, entity) in catalog.values().enumerate() {
        for owner in entity.codeowners.iter().flat_map(|found| &found.owners) {
            edges.push((source, Relation { kind: "ownedBy".to_owned(), target: owner.clone(), published: false }));
            if let Some(target) = catalog.get_index_of(owner) {
                let reverse =
                    Relation { kind: "ownerOf".to_owned(), target: entity.reference.clone(), published: false };
                edges.push((target, reverse));
            }
        }
    }
    // Of two that differ in `published` only, the published one comes first and stays.
    edges.par_sort_unstable_by(|(a, one), (b, two)| {
        (a, &one.kind, &one.target, two.published).cmp(&(b, &two.kind, &two.target, one.published))
    });
    edges.dedup_by(|(b, later), (a, kept)| a == b && later.kind == kept.kind && later.target == kept.target);
    for (source, relation) in edges {
        catalog[source].relations.push(relation);
    }
}
