use super::checked;
use super::part::Audience;
use super::table::{Found, Table};
use crate::base::Diagnostic;

/// For which entities a part is: its own words, else those of `for`.
pub(super) fn audience(table: &mut Table<'_>, given: &Audience, faults: &mut Vec<Diagnostic>) -> Audience {
    let lower = |found: Vec<Found>| found.into_iter().map(|found| found.text.to_lowercase()).collect::<Vec<_>>();
    let kinds = Some(lower(table.strings("kind", faults))).filter(|kinds| !kinds.is_empty());
    let types = Some(lower(table.strings("type", faults))).filter(|types| !types.is_empty());
    let annotation = table.string("annotation", faults).map(|found| found.text);
    let written = table.strings("value", faults);
    let inherits = annotation.is_none();
    let annotation = annotation.or_else(|| given.annotation.clone());
    let shapes = if inherits && written.is_empty() && annotation.is_some() {
        given.shapes.clone()
    } else {
        checked::shapes_of(&written, annotation.is_some(), table, faults)
    };
    Audience {
        annotation,
        kinds: kinds.unwrap_or_else(|| given.kinds.clone()),
        types: types.unwrap_or_else(|| given.types.clone()),
        shapes,
    }
}
