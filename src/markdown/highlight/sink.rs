use super::class::Class;
use crate::base::SafeHtml;
use crate::markdown::writer::push_plain;

/// Where lexers put their runs, in order and without gaps.
#[derive(Debug)]
pub(super) struct Sink {
    out: String,
    open: Class,
}

impl Sink {
    pub(super) fn new(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes * 3), open: Class::Plain }
    }

    /// Adds a run; blanks take the class of what stands before them where that saves a span.
    pub(super) fn push(&mut self, class: Class, text: &str) {
        let mut class = class;
        if text.bytes().all(|b| matches!(b, b' ' | b'\t')) {
            class = self.open;
        }
        for line in text.split_inclusive('\n') {
            let (words, end) = line.strip_suffix('\n').map_or((line, false), |words| (words, true));
            if !words.is_empty() {
                self.switch(class);
                push_plain(&mut self.out, words);
            }
            if end {
                self.switch(Class::Plain);
                self.out.push('\n');
            }
        }
    }

    fn switch(&mut self, class: Class) {
        if self.open == class {
            return;
        }
        if self.open != Class::Plain {
            self.out.push_str("</span>");
        }
        if class != Class::Plain {
            self.out.push_str("<span class=\"");
            self.out.push_str(class.name());
            self.out.push_str("\">");
        }
        self.open = class;
    }

    pub(super) fn finish(mut self) -> SafeHtml {
        self.switch(Class::Plain);
        SafeHtml::vouched(self.out)
    }
}
