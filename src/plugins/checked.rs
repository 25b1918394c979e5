use super::plugin::Plugin;
use super::rules;
use super::table::{Found, Table};
use super::template::{Shape, Template};
use crate::base::{Diagnostic, nearest};
use crate::catalog;
use crate::config::CatalogModel;

/// Names that every template of a manifest knows beside the annotation's value: parts of the entity's reference.
pub(super) const ENTITY_NAMES: [&str; 3] = ["entity.kind", "entity.namespace", "entity.name"];

/// Groups of links and facts on an entity's page, each with the icon of links that name none.
pub(super) const GROUPS: [(&str, &str); 8] = [
    ("source", "source"),
    ("ci", "ci"),
    ("deployment", "deployment"),
    ("on-call", "alert"),
    ("quality", "quality"),
    ("observability", "dashboard"),
    ("docs", "docs"),
    ("other", "link"),
];

/// The kinds that a part is for, lower case; what is nearly a kind of the catalog and is none is told.
pub(super) fn kinds(table: &mut Table<'_>, faults: &mut Vec<Diagnostic>) -> Vec<String> {
    let known = || catalog::kind_names(CatalogModel::Layers);
    let found = table.strings("kind", faults);
    for one in &found {
        if !known().any(|kind| kind.eq_ignore_ascii_case(&one.text))
            && let Some(near) = nearest(&one.text, known())
        {
            let message = format!("the catalog has no kind `{}`", one.text);
            faults.push(
                table.report(&rules::NEAR_KIND, one.span.clone(), message).hint(format!("did you mean `{near}`?")),
            );
        }
    }
    lower(found)
}

/// Texts that are compared without case.
pub(super) fn lower(found: Vec<Found>) -> Vec<String> {
    found.into_iter().map(|one| one.text.to_lowercase()).collect()
}

/// The group that a manifest names; one that there is not is a fault.
pub(super) fn group(table: &mut Table<'_>, faults: &mut Vec<Diagnostic>) -> Option<Found> {
    let group = table.string("group", faults)?;
    if GROUPS.iter().all(|(known, _)| *known != group.text) {
        let known: Vec<_> = GROUPS.iter().map(|(name, _)| *name).collect();
        let fault = table.bad(group.span.clone(), format!("there is no group `{}`", group.text));
        faults.push(fault.hint(format!("groups: {}", known.join(", "))));
    }
    Some(group)
}

/// The forms of an annotation's value; any value without them.
pub(super) fn shapes_of(
    found: &[Found],
    has_value: bool,
    table: &Table<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for found in found {
        match Shape::parse(&found.text) {
            Ok(_) if !has_value => faults.push(table.bad(found.span.clone(), "`value` needs an `annotation`")),
            Ok(shape) => shapes.push(shape),
            Err(reason) => faults.push(table.bad(found.span.clone(), reason)),
        }
    }
    if shapes.is_empty() && has_value {
        shapes.push(Shape::any());
    }
    shapes
}

/// A text with placeholders that all are known.
pub(super) fn template(
    found: &Found,
    plugin: &Plugin,
    shapes: &[Shape],
    has_value: bool,
    table: &Table<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Template> {
    let template = match Template::parse(&found.text) {
        Ok(template) => template,
        Err(reason) => {
            faults.push(table.bad(found.span.clone(), reason));
            return None;
        }
    };
    for slot in template.slots() {
        let name = slot.name.as_str();
        let everywhere =
            ENTITY_NAMES.contains(&name) || plugin.setting(name).is_some() || (has_value && name == "value");
        let in_value = !shapes.is_empty() && shapes.iter().all(|shape| shape.names().any(|part| part == name));
        if !everywhere && !in_value {
            let fault = table.bad(found.span.clone(), format!("nothing says what `{{{name}}}` is"));
            faults.push(fault.hint("name it in every form of `value`, or declare it as `[settings.NAME]`"));
            return None;
        }
    }
    Some(template)
}

/// Complains of a JSON pointer that is none.
pub(super) fn pointer(found: &Found, table: &Table<'_>, faults: &mut Vec<Diagnostic>) {
    if !found.text.is_empty() && !found.text.starts_with('/') {
        let fault = table.bad(found.span.clone(), format!("`{}` is no JSON pointer", found.text));
        faults.push(fault.hint(format!("it begins with `/`: `/{}`", found.text.replace('.', "/"))));
    }
}
