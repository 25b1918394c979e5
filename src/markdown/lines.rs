use super::mapped::Mapped;

/// A line of a text, without its end, on its way through the line passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// What is left of it after the containers around it took their part.
    pub(super) text: &'a str,
    /// Where that stands in the text that the passes work on.
    pub(super) at: usize,
}

impl Line<'_> {
    /// Whether there is nothing to see.
    pub(super) fn is_blank(&self) -> bool {
        self.text.bytes().all(|byte| byte == b' ')
    }

    /// Blanks before the first character.
    pub(super) fn indent(&self) -> usize {
        self.text.bytes().take_while(|byte| *byte == b' ').count()
    }

    /// Without up to `columns` leading blanks.
    pub(super) fn dedent(self, columns: usize) -> Self {
        let cut = self.indent().min(columns);
        self.from(cut)
    }

    /// Without its first `bytes`.
    pub(super) fn from(self, bytes: usize) -> Self {
        Self { text: &self.text[bytes..], at: self.at + bytes }
    }

    /// Without leading blanks.
    pub(super) fn trimmed(self) -> Self {
        self.from(self.indent())
    }
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    let mut out = Vec::with_capacity(text.len() / 40 + 1);
    for line in text.split_inclusive('\n') {
        out.push(Line { text: line.strip_suffix('\n').unwrap_or(line), at });
        at += line.len();
    }
    out
}

/// Adds one line of the source with leading tabs as blanks (to columns of four) and without a carriage return.
///
/// Tabs right behind a list marker count as well, since they decide where the item's text begins.
pub(super) fn push_clean(out: &mut Mapped, line: &str, at: usize) {
    let line = line.trim_end_matches(['\n', '\r']);
    if !line.contains('\t') {
        out.push_from(line, at);
        out.text.push('\n');
        return;
    }
    let mut column = 0;
    let mut rest = line;
    let mut offset = at;
    out.map(at);
    // Blanks, then at most a few markers with blanks behind them.
    for _ in 0..8 {
        let blanks = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        for byte in rest[..blanks].bytes() {
            let width = if byte == b'\t' { 4 - column % 4 } else { 1 };
            out.text.push_str(&"    "[..width]);
            column += width;
        }
        rest = &rest[blanks..];
        offset += blanks;
        let marker = marker_width(rest);
        if marker == 0 {
            break;
        }
        out.push_from(&rest[..marker], offset);
        column += marker;
        rest = &rest[marker..];
        offset += marker;
    }
    out.push_from(rest, offset);
    out.text.push('\n');
}

/// Width of a list, quote or definition marker that a tab follows.
fn marker_width(text: &str) -> usize {
    let bytes = text.as_bytes();
    let width = match bytes.first() {
        Some(b'-' | b'*' | b'+' | b'>' | b':') => 1,
        Some(b'0'..=b'9') => {
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if matches!(bytes.get(digits), Some(b'.' | b')')) { digits + 1 } else { 0 }
        }
        _ => 0,
    };
    if width > 0 && matches!(bytes.get(width), Some(b'\t' | b' ')) { width } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_columns_of_four() {
        for (line, expected) in [
            ("\tx", "    x"),
            (" \tx", "    x"),
            ("-\tx\ty", "-   x\ty"),
            ("1.\tx", "1.  x"),
            ("a\tb", "a\tb"),
            ("> \tx", ">   x"),
        ] {
            let mut out = Mapped::default();
            push_clean(&mut out, line, 10);
            assert_eq!(out.text.trim_end(), expected, "{line:?}");
            let x = out.text.find(['x', 'b']).unwrap();
            assert_eq!(out.source(x), 10 + line.find(['x', 'b']).unwrap());
        }
    }
}
