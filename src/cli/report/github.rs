use super::{human::printable, whole_message};
use crate::base::{Diagnostic, Severity};

/// One workflow command: `::error file=…,line=…,col=…,title=CODE::message`.
pub(super) fn annotation(finding: &Diagnostic) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(format!("file={}", property(&place.path)));
        if place.line > 0 {
            let (line, column) = (place.line, place.column);
            properties.push(format!("line={line},endLine={line},col={column},endColumn={}", column + place.width));
        }
    }
    properties.push(format!("title={}", property(&finding.code)));
    format!("::{command} {}::{}\n", properties.join(","), data(&printable(&whole_message(finding))))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}
