use serde::{Deserialize, Serialize};

use super::command::{self, Command};
use super::fault::{Fault, FaultKind};
use super::{dot, figure, mermaid};
use crate::base::{DiagramLanguage, SafeHtml};

/// One diagram to be drawn; its digest is that of everything the picture depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct DrawJob {
    /// The author's word behind the fence.
    pub language: String,
    /// The source.
    pub text: String,
    /// The program that draws this language, if the portal's owner names one.
    pub command: Option<Command>,
    /// `limits.diagram_bytes`.
    pub bytes: u64,
    /// `limits.diagram_seconds`.
    pub seconds: u64,
}

/// A diagram as it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// A `<figure>`: the picture with its source behind a disclosure, or only the source.
    pub html: SafeHtml,
    /// Words of the picture, for search.
    pub labels: String,
    /// Why there is no picture.
    pub fault: Option<Fault>,
}

impl DrawJob {
    /// Whether it is drawn without a program.
    pub fn is_built_in(&self) -> bool {
        let language = DiagramLanguage::of_fence(&self.language).map(DiagramLanguage::name);
        self.command.is_none() && matches!(language, Some("mermaid" | "dot"))
    }

    /// The source in the place of the picture.
    pub fn undrawn(&self, fault: Option<Fault>) -> Drawing {
        let html = figure::source_only(&self.language, &self.text);
        Drawing { html, labels: String::new(), fault }
    }
}

/// Draws one diagram. Never fails: what cannot be drawn is shown as its source, and the fault says why.
pub fn draw(job: &DrawJob) -> Drawing {
    let Some(language) = DiagramLanguage::of_fence(&job.language) else {
        return job.undrawn(Some(Fault::source(format!("`{}` is no language of diagrams", job.language))));
    };
    if job.text.len() as u64 > job.bytes {
        let message = format!("it has {} bytes, more than `limits.diagram_bytes` allows", job.text.len());
        return job.undrawn(Some(Fault::source(message)));
    }
    if job.text.trim().is_empty() {
        return job.undrawn(Some(Fault::source("there is nothing in it")));
    }
    let rendered = match (&job.command, language.name()) {
        (Some(command), _) => command::run(command, &job.text, job.seconds),
        (None, "mermaid") => mermaid::render(&job.text, job.seconds),
        (None, "dot") => dot::render(&job.text, job.seconds),
        (None, _) => Err(Fault {
            kind: FaultKind::NoCommand,
            message: format!("nothing draws {} diagrams here", language.title()),
            line: None,
        }),
    };
    match rendered.and_then(|rendered| figure::picture(language, &job.text, &rendered)) {
        Ok((html, labels)) => Drawing { html, labels, fault: None },
        Err(fault) if job.command.is_some() => job.undrawn(Some(Fault { kind: FaultKind::Command, ..fault })),
        Err(fault) => job.undrawn(Some(fault)),
    }
}
