use super::checked;
use super::condition::{Condition, Subject, Test};
use super::manifest_audience::audience;
use super::part::{Audience, Column, ProgramSpec, RuleSpec};
use super::plugin::Plugin;
use super::table::{Found, Table};
use crate::base::{Diagnostic, Severity, nearest};

/// What a program can be asked for.
pub(super) const HOOKS: [&str; 5] = ["harvest", "enrich", "page", "docs", "check"];

/// Reads `[[column]]`.
pub(super) fn columns(plugin: &mut Plugin, top: &mut Table<'_>, faults: &mut Vec<Diagnostic>) {
    let has_program = top.has("program");
    for mut table in top.tables("column", faults) {
        let title = table.required("title", faults);
        let fact = table.required("fact", faults).inspect(|found| known(plugin, has_program, found, &table, faults));
        table.finish(faults);
        if let (Some(title), Some(fact)) = (title, fact) {
            plugin.columns.push(Column { title: title.text, fact: full_name(plugin, &fact.text) });
        }
    }
}

/// Reads `[[rule]]`.
pub(super) fn rules(plugin: &mut Plugin, top: &mut Table<'_>, given: &Audience, faults: &mut Vec<Diagnostic>) {
    let has_program = top.has("program");
    for mut table in top.tables("rule", faults) {
        if let Some(found) = table.string("fact", faults) {
            known(plugin, has_program, &found, &table, faults);
        }
        let title = table.required("title", faults);
        let audience = audience(&mut table, given, faults);
        let condition = condition(Some(plugin), &mut table, faults);
        let severity = match table.string("severity", faults) {
            None => Severity::Warning,
            Some(found) => match found.text.as_str() {
                "note" => Severity::Note,
                "warning" => Severity::Warning,
                "error" => Severity::Error,
                other => {
                    faults.push(table.bad(found.span.clone(), format!("there is no severity `{other}`")));
                    continue;
                }
            },
        };
        let hint = table.string("hint", faults).map(|found| found.text);
        table.finish(faults);
        if let (Some(title), Some(condition)) = (title, condition) {
            plugin.rules.push(RuleSpec { audience, title: title.text, condition, severity, hint });
        }
    }
}

/// Complains of a fact that the plugin does not tell. Facts of other plugins have their name in front, and a program may tell any.
fn known(plugin: &Plugin, has_program: bool, found: &Found, table: &Table<'_>, faults: &mut Vec<Diagnostic>) {
    let own: Vec<String> = plugin.fact_names();
    if has_program || found.text.contains('.') || own.contains(&found.text) {
        return;
    }
    let fault = table.bad(found.span.clone(), format!("this plugin has no fact `{}`", found.text));
    faults.push(match nearest(&found.text, own.iter().map(String::as_str)) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint("a fact of another plugin has that plugin's name in front: `code-coverage.lines`"),
    });
}

/// A fact's name with the plugin's in front, unless it has one.
fn full_name(plugin: &Plugin, fact: &str) -> String {
    if fact.contains('.') { fact.to_owned() } else { format!("{}.{fact}", plugin.name) }
}

/// Reads a condition: `fact` or `field`, and one of `present`, `at_least`, `at_most`, `one_of`. Facts of the plugin itself need
/// not have its name in front.
pub(super) fn condition(
    plugin: Option<&Plugin>,
    table: &mut Table<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Condition> {
    let named = |text: String| plugin.map_or(text.clone(), |plugin| full_name(plugin, &text));
    let fact = table.string("fact", faults).map(|found| Subject::Fact(named(found.text)));
    let field = table.string("field", faults);
    let field = field.inspect(|found| checked::pointer(found, table, faults)).map(|found| Subject::Field(found.text));
    let tests: Vec<Test> = [
        table.boolean("present", faults).map(Test::Present),
        table.number("at_least", faults).map(Test::AtLeast),
        table.number("at_most", faults).map(Test::AtMost),
        Some(table.strings("one_of", faults))
            .filter(|found| !found.is_empty())
            .map(|found| Test::OneOf(found.into_iter().map(|found| found.text).collect())),
    ]
    .into_iter()
    .flatten()
    .collect();
    match (fact, field, <[Test; 1]>::try_from(tests)) {
        (Some(subject), None, Ok([test])) | (None, Some(subject), Ok([test])) => Some(Condition { subject, test }),
        _ => {
            let message = "a condition is `fact` or `field`, and one of `present`, `at_least`, `at_most`, `one_of`";
            faults.push(table.complain(message));
            None
        }
    }
}

/// Reads `[program]`.
pub(super) fn program(plugin: &mut Plugin, top: &mut Table<'_>, given: &Audience, faults: &mut Vec<Diagnostic>) {
    let Some(mut table) = top.table("program", faults) else { return };
    let command: Vec<String> = table.strings("command", faults).into_iter().map(|found| found.text).collect();
    let mut hooks = Vec::new();
    for found in table.strings("hooks", faults) {
        if HOOKS.contains(&found.text.as_str()) {
            hooks.push(found.text);
        } else {
            let fault = table.bad(found.span.clone(), format!("there is no hook `{}`", found.text));
            faults.push(fault.hint(format!("hooks: {}", HOOKS.join(", "))));
        }
    }
    let whole = |number: f64| number as u64;
    let audience = audience(&mut table, given, faults);
    let timeout_seconds = table.number("timeout_seconds", faults).map_or(60, whole).max(1);
    let output_bytes = table.number("output_bytes", faults).map_or(64 << 20, whole);
    let environment = table.strings("environment", faults).into_iter().map(|found| found.text).collect();
    let cache_minutes = table.number("cache_minutes", faults).map(whole);
    let files = table.strings("files", faults).into_iter().map(|found| found.text).collect();
    if command.is_empty() || hooks.is_empty() {
        faults.push(table.complain("a program has a `command` and at least one of `hooks`"));
        return;
    }
    table.finish(faults);
    plugin.program = Some(ProgramSpec {
        command,
        hooks,
        audience,
        timeout_seconds,
        output_bytes,
        environment,
        cache_minutes,
        files,
    });
}
