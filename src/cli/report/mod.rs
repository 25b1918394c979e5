//! Findings in the forms that people and programs read.

mod github;
mod gitlab;
mod human;
mod json;
mod sarif;

use clap::ValueEnum;

use crate::base::{Diagnostic, Rule};

pub use human::{human, printable};

/// A form of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// With the source line and what to do
    Human,
    /// One line each
    Short,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
}

/// All findings in one form; `rules` are those that may occur, for forms that describe them.
pub fn render(format: ReportFormat, findings: &[Diagnostic], rules: &[&Rule]) -> String {
    match format {
        ReportFormat::Human => findings.iter().map(|finding| human(finding) + "\n").collect(),
        ReportFormat::Short => findings.iter().map(short).collect(),
        ReportFormat::Json => json::report(findings),
        ReportFormat::Sarif => sarif::report(findings, rules),
        ReportFormat::Github => findings.iter().map(github::annotation).collect(),
        ReportFormat::Gitlab => gitlab::report(findings),
    }
}

/// `place: severity[code]: message`.
fn short(finding: &Diagnostic) -> String {
    let place = finding.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let line = format!("{place}{}[{}]: {}", finding.severity.word(), finding.code, finding.message);
    printable(&line) + "\n"
}

/// Message and hint as one text.
fn whole_message(finding: &Diagnostic) -> String {
    match &finding.hint {
        Some(hint) => format!("{}; {hint}", finding.message),
        None => finding.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Severity, SourceFile, Span};

    static RULE: Rule = Rule { code: "CB0999", severity: Severity::Warning, title: "a title", explain: "more" };

    fn findings() -> Vec<Diagnostic> {
        let file = SourceFile::new("", "a, b/catalog-info.yaml", "spec:\n  ownr: team\n");
        let placed = file.report(&RULE.problem(Span::new(8, 12), "100%: `ownr`").hint("write `owner`"));
        vec![placed, RULE.diagnostic("of no file").about("component:default/x")]
    }

    #[test]
    fn every_form_points_at_the_value() {
        let findings = findings();
        let report = |format| render(format, &findings, &[&RULE]);
        assert_eq!(
            report(ReportFormat::Short),
            "a, b/catalog-info.yaml:2:3: warning[CB0999]: 100%: `ownr`\nwarning[CB0999]: of no file\n"
        );
        assert_eq!(
            report(ReportFormat::Github),
            "::warning file=a%2C b/catalog-info.yaml,line=2,endLine=2,col=3,endColumn=7,title=CB0999::100%25: `ownr`; write `owner`\n\
             ::warning title=CB0999::of no file\n"
        );
        let json: serde_json::Value = serde_json::from_str(&report(ReportFormat::Json)).expect("JSON");
        assert_eq!((&json["findings"][0]["line"], &json["findings"][0]["end_column"]), (&2.into(), &7.into()));
        assert_eq!(json["warnings"], 2);
        let sarif: serde_json::Value = serde_json::from_str(&report(ReportFormat::Sarif)).expect("JSON");
        let result = &sarif["runs"][0]["results"][0];
        assert_eq!((&result["ruleId"], &result["level"]), (&"CB0999".into(), &"warning".into()));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a,%20b/catalog-info.yaml");
        assert_eq!((&place["region"]["startColumn"], &place["region"]["endColumn"]), (&3.into(), &7.into()));
        assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][0]["id"], "CB0999");
        let gitlab: serde_json::Value = serde_json::from_str(&report(ReportFormat::Gitlab)).expect("JSON");
        assert_eq!(gitlab[0]["location"]["lines"]["begin"], 2);
        assert_ne!(gitlab[0]["fingerprint"], gitlab[1]["fingerprint"]);
    }
}
