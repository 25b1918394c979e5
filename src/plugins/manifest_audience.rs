use super::checked;
use super::part::Audience;
use super::table::Table;
use crate::base::Diagnostic;

/// For which entities a part is: its own words, else those of `for`.
pub(super) fn audience(table: &mut Table<'_>, given: &Audience, faults: &mut Vec<Diagnostic>) -> Audience {
    let or_given = |own: Vec<String>, given: &[String]| if own.is_empty() { given.to_vec() } else { own };
    let kinds = or_given(checked::kinds(table, faults), &given.kinds);
    let types = or_given(checked::lower(table.strings("type", faults)), &given.types);
    let annotation = table.string("annotation", faults).map(|found| found.text);
    let written = table.strings("value", faults);
    let inherits = annotation.is_none();
    let annotation = annotation.or_else(|| given.annotation.clone());
    let shapes = if inherits && written.is_empty() && annotation.is_some() {
        given.shapes.clone()
    } else {
        checked::shapes_of(&written, annotation.is_some(), table, faults)
    };
    Audience { annotation, kinds, types, shapes }
}
