use super::model::SiteFile;
use super::world::World;
use crate::apis::Format;
use crate::base::Route;
use crate::catalog::Entity;
use crate::markdown::CodeBlock;

/// Most of a definition that the page of its source shows; all of it is in the file beside it.
const SHOWN: usize = 100_000;

/// The definition of an API, as written.
pub(super) fn definition(entity: &Entity) -> Option<&str> {
    (entity.reference.kind() == "api")
        .then(|| entity.spec_str("definition"))
        .flatten()
        .filter(|text| !text.trim().is_empty())
}

/// The block of code that the page of the source shows: whole lines of it.
pub(super) fn block(entity: &Entity) -> Option<CodeBlock> {
    let text = definition(entity)?;
    let shown = match text.char_indices().map(|(at, _)| at).take_while(|at| *at <= SHOWN).last() {
        Some(end) if text.len() > SHOWN => &text[..text[..end].rfind('\n').unwrap_or(end)],
        _ => text,
    };
    Some(CodeBlock { language: language(entity, text).0.to_owned(), text: shown.to_owned() })
}

/// The address of the file that holds the whole definition.
pub(super) fn file(entity: &Entity, tab: &Route) -> Option<Route> {
    let text = definition(entity)?;
    let name = format!("{}.{}", entity.reference.name(), language(entity, text).1);
    crate::base::RelPath::new(&name).ok().map(|path| tab.below_file(&path))
}

/// The files of all definitions.
pub(super) fn files(world: &World<'_>) -> Vec<SiteFile> {
    let file = |entity: &Entity| {
        let tab = world.addresses.entity(&entity.reference)?.child("definition");
        Some(SiteFile::made(file(entity, &tab)?, definition(entity)?.as_bytes().to_vec()))
    };
    world.catalog.of_kind("api").filter_map(file).collect()
}

/// Language and file ending of a definition.
fn language(entity: &Entity, text: &str) -> (&'static str, &'static str) {
    let kind = entity.spec_str("type").unwrap_or_default();
    match Format::of(kind, text) {
        Some(Format::GraphQl) => ("graphql", "graphql"),
        Some(Format::Protobuf) => ("protobuf", "proto"),
        None if kind == "trpc" => ("typescript", "ts"),
        None if kind == "wsdl" || text.trim_start().starts_with('<') => ("xml", "xml"),
        _ if text.trim_start().starts_with('{') => ("json", "json"),
        None if !text.contains(": ") => ("text", "txt"),
        _ => ("yaml", "yaml"),
    }
}
