use super::rules;
use super::settings::LayoutSettings;
use super::table::Table;
use crate::base::{Diagnostic, nearest};

/// Backstage's names for the places of addons.
pub(super) const SLOTS: [&str; 6] =
    ["header", "subheader", "settings", "primary-sidebar", "secondary-sidebar", "content"];

/// `[layout]`: order, slots and groups of what plugins show.
pub(super) fn read(mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> LayoutSettings {
    let mut settings = LayoutSettings {
        cards: table.strings("cards", faults).into_iter().map(|found| found.value).collect(),
        tabs: table.strings("tabs", faults).into_iter().map(|found| found.value).collect(),
        docs: table.strings("docs", faults).into_iter().map(|found| found.value).collect(),
        ..LayoutSettings::default()
    };
    let mut slots = table.table("slots", faults);
    for (plugin, found) in slots.free_texts(faults) {
        if SLOTS.contains(&found.value.as_str()) {
            settings.slots.insert(plugin.to_owned(), found.value);
            continue;
        }
        let fault = found.complain(&rules::BAD_VALUE, format!("there is no slot `{}`", found.value));
        faults.push(match nearest(&found.value, SLOTS) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault.hint(format!("slots: {}", SLOTS.join(", "))),
        });
    }
    let mut groups = table.table("groups", faults);
    for (heading, found) in groups.free_lists(faults) {
        settings.groups.insert(heading, found);
    }
    table.finish(faults);
    settings
}
