use unicode_normalization::char::decompose_canonical;

/// What a character is to the analyzer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter or digit of a script that puts spaces between words.
    Word,
    /// A letter of a script that does not: cut into pairs.
    Dense,
    /// Invisible inside a word: combining accents, soft hyphens, joiners.
    Silent,
    /// Anything else.
    Other,
}

/// Blocks of the scripts without spaces, both ends included. The client has the same list.
const DENSE: [(u32, u32); 16] = [
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1100, 0x11FF),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x3130, 0x318F),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x1B000, 0x1B16F),
    (0x20000, 0x323AF),
];

/// Class of a character.
pub(super) fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Word } else { Class::Other };
    }
    if is_silent(c) {
        Class::Silent
    } else if !c.is_alphanumeric() {
        Class::Other
    } else if DENSE.iter().any(|&(from, to)| (from..=to).contains(&(c as u32))) {
        Class::Dense
    } else {
        Class::Word
    }
}

/// Adds the character as it is compared: lower case, full width narrowed, Latin letters without their accents.
///
/// Canonical decompositions never change between versions of Unicode, so both sides agree without a table.
pub(super) fn fold_into(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let c = match c as u32 {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    for lower in c.to_lowercase() {
        if is_silent(lower) {
            continue;
        }
        match lower {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
                let mut base = None;
                decompose_canonical(lower, |part| {
                    base.get_or_insert(part);
                });
                out.push(base.unwrap_or(lower));
            }
            other => out.push(other),
        }
    }
}

fn is_silent(c: char) -> bool {
    matches!(c as u32, 0x00AD | 0x0300..=0x036F | 0x0E47..=0x0E4E | 0x200C | 0x200D | 0x2060 | 0xFEFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_compared_without_case_accent_and_width() {
        let fold = |text: &str| {
            let mut out = String::new();
            text.chars().for_each(|c| fold_into(c, &mut out));
            out
        };
        for (text, folded) in [
            ("Straße", "strasse"),
            ("Zürich", "zurich"),
            ("Tiếng", "tieng"),
            ("İ", "i"),
            ("Ａ１", "a1"),
            ("Łódź", "lodz"),
            ("Й", "й"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
