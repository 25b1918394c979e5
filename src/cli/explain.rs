use std::process::ExitCode;

use clap::Args;

use crate::base::{Rule, nearest};
use crate::{
    apis, catalog, check, config, diagrams, markdown, output, pipeline, plugins, publish, serve, site, sources,
    techdocs, theme,
};

/// Arguments of `callboard explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Code of a finding, such as CB0102; all codes without it
    code: Option<String>,
}

/// Every rule there is, by code.
pub fn rules() -> Vec<&'static Rule> {
    let tables: &[&[&Rule]] = &[
        config::rules::RULES,
        sources::RULES,
        catalog::RULES,
        techdocs::RULES,
        markdown::RULES,
        diagrams::RULES,
        plugins::rules::RULES,
        output::rules::RULES,
        site::RULES,
        theme::RULES,
        pipeline::rules::RULES,
        serve::rules::RULES,
        check::RULES,
        apis::RULES,
        publish::rules::RULES,
    ];
    let mut rules: Vec<_> = tables.iter().copied().flatten().copied().collect();
    rules.sort_by_key(|rule| rule.code);
    rules
}

/// Prints what a code means.
pub fn run(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let rules = rules();
    let Some(code) = &args.code else {
        for rule in rules {
            println!("{}  {:7}  {}", rule.code, rule.severity.word(), rule.title);
        }
        return Ok(ExitCode::SUCCESS);
    };
    match rules.iter().find(|rule| rule.code.eq_ignore_ascii_case(code)) {
        Some(rule) => {
            println!("{} ({}): {}\n\n{}", rule.code, rule.severity.word(), rule.title, rule.explain);
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let near = nearest(code, rules.iter().map(|rule| rule.code)).map(|near| format!("; did you mean {near}?"));
            eprintln!("callboard: there is no finding with the code {code}{}", near.unwrap_or_default());
            Ok(ExitCode::from(2))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn codes_are_told_apart_and_explained() {
        let rules = rules();
        for pair in rules.windows(2) {
            assert_ne!(pair[0].code, pair[1].code);
        }
        for rule in rules {
            assert!(rule.code.starts_with("CB") && rule.code.len() == 6, "{}", rule.code);
            assert!(rule.explain.len() > 40 && !rule.title.ends_with('.'), "{}", rule.code);
        }
    }

    /// The codes of a module as its `rules.rs` writes them, a line for each.
    fn written(module: &std::path::Path) -> Vec<String> {
        let text = std::fs::read_to_string(module.join("rules.rs")).unwrap_or_default();
        let lines = text.lines().map(|line| line.trim().trim_start_matches("code: "));
        let codes = lines.filter_map(|line| line.strip_prefix("\"CB")?.strip_suffix("\","));
        codes.map(|number| format!("CB{number}")).collect()
    }

    #[test]
    fn every_rule_of_every_module_is_listed_in_its_range() {
        let ranges = [
            ("config", "CB01"),
            ("sources", "CB02"),
            ("catalog", "CB03"),
            ("techdocs", "CB04"),
            ("markdown", "CB05"),
            ("plugins", "CB06"),
            ("diagrams", "CB07"),
            ("output", "CB08"),
            ("theme", "CB09"),
            ("site", "CB09"),
            ("pipeline", "CB10"),
            ("check", "CB11"),
            ("apis", "CB11"),
            ("publish", "CB12"),
        ];
        let listed: Vec<&str> = rules().into_iter().map(|rule| rule.code).collect();
        let mut found = Vec::new();
        let modules = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).expect("the sources are there");
        for module in modules.map(|entry| entry.expect("a readable folder").path()) {
            for code in written(&module) {
                let range = ranges.iter().find(|(name, _)| module.ends_with(name)).map(|(_, range)| *range);
                assert!(range.is_some_and(|range| code.starts_with(range)), "{code} stands in `{}`", module.display());
                found.push(code);
            }
        }
        found.sort();
        assert_eq!(listed, found, "what `explain` lists is not what the modules' rules.rs declare");
    }
}
