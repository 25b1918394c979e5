use super::Diagnostic;

/// What a stage returns: its value, and what is to be said about its input.
#[derive(Debug, Clone, Default)]
pub struct Outcome<T> {
    /// The stage's value; made from whatever of the input was sound.
    pub value: T,
    /// Findings in the input.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Outcome<T> {
    /// A value with nothing to say about its input.
    pub fn clean(value: T) -> Self {
        Self { value, diagnostics: Vec::new() }
    }

    /// Moves the findings to `sink` and gives the value.
    pub fn drain_into(self, sink: &mut Vec<Diagnostic>) -> T {
        sink.extend(self.diagnostics);
        self.value
    }
}
