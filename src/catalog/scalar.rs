//! Scalars of YAML 1.2 core, as the `yaml` package reads them that Backstage uses.

use serde_json::{Number, Value, json};

use super::node::NodeValue;

/// The tag of a scalar, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScalarTag {
    /// None: plain scalars are resolved, quoted ones are text.
    None,
    /// One of the core schema: resolved even when quoted, if it fits.
    Core,
    /// `!!binary`.
    Binary,
    /// `!!str`, `!`, or a tag that nobody knows: text.
    Text,
}

/// The value of a scalar.
pub(super) fn resolve(text: String, plain: bool, tag: ScalarTag) -> NodeValue {
    match tag {
        ScalarTag::None if plain => core(text),
        ScalarTag::Core => core(text),
        ScalarTag::Binary => binary(&text),
        ScalarTag::None | ScalarTag::Text => NodeValue::Text(text),
    }
}

fn core(text: String) -> NodeValue {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Null,
        "true" | "True" | "TRUE" => return NodeValue::Bool(true),
        "false" | "False" | "FALSE" => return NodeValue::Bool(false),
        _ => {}
    }
    // Most scalars are words: one look at the first byte spares them the rest.
    if !matches!(text.as_bytes()[0], b'0'..=b'9' | b'+' | b'-' | b'.') {
        return NodeValue::Text(text);
    }
    number(&text).unwrap_or(NodeValue::Text(text))
}

fn number(text: &str) -> Option<NodeValue> {
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        // JSON has neither; both are published as `null`.
        return Some(NodeValue::Null);
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_sound = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    (sound && exponent_sound).then(|| text.parse::<f64>().ok()).flatten().map(double)
}

fn radix(digits: &str, base: u32) -> Option<NodeValue> {
    let values = digits.chars().map(|digit| digit.to_digit(base)).collect::<Option<Vec<_>>>()?;
    let value = values.iter().fold(0.0, |sum, digit| sum * f64::from(base) + f64::from(*digit));
    (!values.is_empty()).then(|| double(value))
}

/// A JavaScript number: whole ones are written without a fraction.
fn double(value: f64) -> NodeValue {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        return NodeValue::Number(Number::from(value as i64));
    }
    Number::from_f64(value).map_or(NodeValue::Null, NodeValue::Number)
}

/// `!!binary` as JSON writes a Node buffer.
fn binary(text: &str) -> NodeValue {
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for value in text.bytes().take_while(|byte| *byte != b'=').filter_map(sextet) {
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(bits >> held & 0xff);
        }
    }
    let value: Value = json!({ "type": "Buffer", "data": bytes });
    super::node::Node::from_json(value, crate::base::Span::default()).value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::catalog::node::Node;

    #[test]
    fn plain_scalars_come_out_as_yaml_core_says() {
        for (text, wanted) in [
            ("1.10", json!(1.1)),
            ("1.0", json!(1)),
            ("010", json!(10)),
            ("0o17", json!(15)),
            ("0x1F", json!(31)),
            ("1_000", json!("1_000")),
            ("yes", json!("yes")),
            ("on", json!("on")),
            ("2020-01-01", json!("2020-01-01")),
            ("~", json!(null)),
            (".inf", json!(null)),
            (".nan", json!(null)),
            ("+12", json!(12)),
            ("-0", json!(0)),
            (".5", json!(0.5)),
            ("5.", json!(5)),
            ("1e3", json!(1000)),
            ("1e", json!("1e")),
            (".", json!(".")),
            ("-", json!("-")),
            ("0x", json!("0x")),
            ("0o8", json!("0o8")),
            ("12345678901234567890", json!(12_345_678_901_234_567_890_f64)),
            ("True", json!(true)),
            ("tRue", json!("tRue")),
        ] {
            let node = Node { value: resolve(text.to_owned(), true, ScalarTag::None), span: Span::default() };
            assert_eq!(node.to_json(), wanted, "{text}");
        }
        assert_eq!(resolve("12".to_owned(), false, ScalarTag::None), NodeValue::Text("12".to_owned()));
        let node = Node { value: resolve("aGk=".to_owned(), true, ScalarTag::Binary), span: Span::default() };
        assert_eq!(node.to_json(), json!({ "type": "Buffer", "data": [104, 105] }));
    }
}
