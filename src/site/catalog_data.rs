//! The catalog as data: what its page filters and sorts in the browser, and the same as a table for spreadsheets.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::addresses;
use super::listing::{kind_counts, system_of};
use super::model::SiteFile;
use super::plugin_view;
use super::view::{chip, summary};
use super::wording::{kind_icon, kind_label};
use super::world::World;
use crate::base::{Digest, Route};
use crate::catalog::{Entity, EntityRef};

/// About how many entities one file of rows holds: some 30 KB when packed.
const ROWS: usize = 1_000;

/// Rows of entities; what several rows name stands once, and rows hold its place.
#[derive(Default, Serialize)]
struct Shard<'a> {
    /// Owners and systems: reference, title, address from the root, kind, whether nobody describes it.
    entities: Vec<Value>,
    /// Tags: name and address from the root.
    tags: Vec<Value>,
    /// Title, address, kind, namespace, name, owner, type, lifecycle, system, summary, tags, columns of plugins.
    rows: Vec<Value>,
    #[serde(skip)]
    known: BTreeMap<&'a EntityRef, usize>,
    #[serde(skip)]
    known_tags: BTreeMap<&'a str, usize>,
}

/// Files of rows named after their content, `catalog/rows.json` that lists them, and `catalog.csv`. Entities are dealt to the files
/// by their reference, so that a new one changes one file. With `portable` each stands in a script as well.
pub(super) fn files(world: &World<'_>) -> Vec<SiteFile> {
    let count = world.catalog.entities.len().div_ceil(ROWS).max(1);
    let mut shards: Vec<Shard<'_>> = (0..count).map(|_| Shard::default()).collect();
    for entity in world.catalog.entities.values() {
        let dealt = Digest::of_bytes(entity.reference.to_string().as_bytes());
        let number = u32::from_be_bytes(std::array::from_fn(|at| dealt.as_bytes()[at]));
        shards[number as usize % count].push(world, entity);
    }
    let mut files = Vec::new();
    let mut names = Vec::new();
    for shard in &shards {
        let text = json!(shard).to_string();
        let name = format!("rows/{}", Digest::of_bytes(text.as_bytes()).short(12));
        put(world, &name, text, &mut files);
        names.push(name);
    }
    let kinds: Vec<Value> = kind_counts(world)
        .into_iter()
        .map(|(kind, written, count)| json!([kind, kind_label(kind, Some(written)), kind_icon(kind), count]))
        .collect();
    put(world, "rows", json!({ "kinds": kinds, "shards": names }).to_string(), &mut files);
    files.push(SiteFile::made(addresses::catalog_csv(), csv(world)));
    files
}

fn put(world: &World<'_>, name: &str, text: String, files: &mut Vec<SiteFile>) {
    let route = |ending: &str| Route::file(format!("catalog/{name}.{ending}").split('/'));
    if world.settings.portable {
        // Pages on a disk may load scripts, but read no data.
        let script = format!("callboard.data({}, {text});\n", json!(name));
        files.push(SiteFile::made(route("js"), script.into_bytes()));
    }
    files.push(SiteFile::made(route("json"), text.into_bytes()));
}

impl<'a> Shard<'a> {
    fn push(&mut self, world: &World<'a>, entity: &'a Entity) {
        let reference = &entity.reference;
        let owner = entity.related("ownedBy").next().map(|owner| self.entity(world, owner, Some("group")));
        let system = system_of(entity).map(|system| self.entity(world, system, None));
        let tags: Vec<usize> = entity.tags().filter_map(|tag| self.tag(world, tag)).collect();
        let written = |key: &str| entity.spec_str(key).unwrap_or_default();
        self.rows.push(json!([
            entity.display_name(),
            world.addresses.entity(reference).map(Route::url).unwrap_or_default(),
            reference.kind(),
            reference.namespace(),
            reference.name(),
            owner,
            written("type"),
            written("lifecycle"),
            system,
            entity.description().map(summary).unwrap_or_default(),
            tags,
            plugin_view::all_cells(world, entity),
        ]));
    }

    fn entity(&mut self, world: &World<'a>, reference: &'a EntityRef, default_kind: Option<&str>) -> usize {
        if let Some(&at) = self.known.get(reference) {
            return at;
        }
        let shown = chip(world, &Route::home(), reference, default_kind);
        self.entities.push(json!([shown.reference, shown.title, shown.url, shown.kind, shown.missing]));
        self.known.insert(reference, self.entities.len() - 1);
        self.entities.len() - 1
    }

    fn tag(&mut self, world: &World<'a>, tag: &'a str) -> Option<usize> {
        if let Some(&at) = self.known_tags.get(tag) {
            return Some(at);
        }
        let route = world.addresses.tag(tag)?;
        self.tags.push(json!([tag, route.url()]));
        self.known_tags.insert(tag, self.tags.len() - 1);
        Some(self.tags.len() - 1)
    }
}

/// The whole catalog as RFC 4180 has it, one line for each entity.
fn csv(world: &World<'_>) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let base = world.settings.base_url.as_deref().unwrap_or_default();
    let mut write = |cells: [String; 11]| drop(out.write_record(cells.map(|cell| harmless(&cell))));
    write(
        [
            "kind",
            "namespace",
            "name",
            "title",
            "owner",
            "type",
            "lifecycle",
            "system",
            "tags",
            "description",
            "address",
        ]
        .map(str::to_owned),
    );
    for (reference, entity) in &world.catalog.entities {
        let written = |key: &str| entity.spec_str(key).unwrap_or_default().to_owned();
        write([
            entity.kind().to_owned(),
            reference.namespace().to_owned(),
            entity.name().to_owned(),
            entity.display_name().to_owned(),
            entity.related("ownedBy").next().map(ToString::to_string).unwrap_or_default(),
            written("type"),
            written("lifecycle"),
            system_of(entity).map(ToString::to_string).unwrap_or_default(),
            entity.tags().collect::<Vec<_>>().join(" "),
            entity.description().map(summary).unwrap_or_default(),
            world.addresses.entity(reference).map(|route| format!("{base}{}", route.url())).unwrap_or_default(),
        ]);
    }
    out.into_inner().unwrap_or_default()
}

/// A spreadsheet takes a cell that begins like this for a formula, and authors of descriptors are not to be trusted with that.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
