/// Digits: five bits of a number each, the lowest first; the sixth bit says that more follow.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Adds a number to a column.
///
/// Digits stay on character bounds, so that gzip finds repetitions, and need no escapes in JSON.
pub(super) fn push(column: &mut String, mut number: u32) {
    while number >= 32 {
        column.push(char::from(DIGITS[(number & 31 | 32) as usize]));
        number >>= 5;
    }
    column.push(char::from(DIGITS[number as usize]));
}

/// A column of gaps between ascending numbers.
pub(super) fn gaps(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut column = String::new();
    let mut last = 0;
    for number in numbers {
        push(&mut column, number - last);
        last = number;
    }
    column
}

/// Reads the numbers of a column. Characters that are no digits count as zero: the caller checks what it reads.
pub(super) struct Numbers<'a>(std::slice::Iter<'a, u8>);

impl<'a> Numbers<'a> {
    pub(super) fn of(column: &'a str) -> Self {
        Self(column.as_bytes().iter())
    }
}

impl Iterator for Numbers<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let mut number = 0u32;
        let mut shift = 0;
        loop {
            let digit = match *self.0.next()? {
                c @ b'A'..=b'Z' => c - b'A',
                c @ b'a'..=b'z' => c - b'a' + 26,
                c @ b'0'..=b'9' => c - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => 0,
            };
            number |= u32::from(digit & 31).checked_shl(shift).unwrap_or(0);
            if digit < 32 {
                return Some(number);
            }
            shift += 5;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, 31, 32, 33, 1023, 1024, 70_000, u32::MAX];
        let mut column = String::new();
        numbers.iter().for_each(|&number| push(&mut column, number));
        assert_eq!(Numbers::of(&column).collect::<Vec<_>>(), numbers);
        assert!(column.starts_with("AB"));
        assert_eq!(gaps([3, 3, 40]), "DAlB");
    }
}
