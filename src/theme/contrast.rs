//! The colours of the default theme can be read: computed, not reviewed.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../themes/default/css/tokens.css");

/// Text on its ground, WCAG 2.2 criterion 1.4.3: 4.5 to 1.
const TEXT: &[(&str, &[&str])] = &[
    (
        "fg",
        &["bg-canvas", "bg-surface", "bg-subtle", "bg-inset", "bg-hover", "bg-selected", "bg-overlay", "accent-subtle"],
    ),
    ("fg", &["success-bg", "warning-bg", "danger-bg", "info-bg", "violet-bg"]),
    ("fg-muted", &["bg-canvas", "bg-surface", "bg-subtle", "bg-inset", "bg-hover", "bg-overlay", "code-bg"]),
    ("fg-subtle", &["bg-canvas", "bg-surface", "bg-subtle", "code-bg"]),
    ("accent-fg", &["bg-canvas", "bg-surface", "bg-subtle", "bg-hover", "accent-subtle", "bg-overlay"]),
    ("accent-fg", &["success-bg", "warning-bg", "danger-bg", "info-bg", "violet-bg"]),
    ("fg-on-accent", &["accent", "accent-hover"]),
    ("success-fg", &["success-bg", "code-bg", "bg-surface"]),
    ("warning-fg", &["warning-bg", "bg-surface"]),
    ("danger-fg", &["danger-bg", "code-bg", "bg-surface"]),
    ("info-fg", &["info-bg", "bg-surface"]),
    ("violet-fg", &["violet-bg", "bg-surface"]),
    ("mark-fg", &["mark"]),
    ("code-fg", &["code-bg", "code-marked"]),
    ("code-comment", &["code-bg", "code-marked"]),
    ("code-keyword", &["code-bg", "code-marked"]),
    ("code-string", &["code-bg", "code-marked"]),
    ("code-number", &["code-bg", "code-marked"]),
    ("code-function", &["code-bg", "code-marked"]),
    ("code-type", &["code-bg", "code-marked"]),
    ("code-variable", &["code-bg", "code-marked"]),
    ("code-constant", &["code-bg", "code-marked"]),
    ("code-operator", &["code-bg", "code-marked"]),
    ("code-tag", &["code-bg", "code-marked"]),
];

/// Pictures and the edges of controls, criterion 1.4.11: 3 to 1.
const SHAPES: &[(&str, &[&str])] = &[
    ("border-control", &["bg-canvas", "bg-surface"]),
    ("focus", &["bg-canvas", "bg-subtle", "accent-subtle"]),
    ("accent", &["bg-canvas", "bg-subtle"]),
    ("kind-component", &["bg-canvas", "bg-subtle"]),
    ("kind-api", &["bg-canvas", "bg-subtle"]),
    ("kind-resource", &["bg-canvas", "bg-subtle"]),
    ("kind-system", &["bg-canvas", "bg-subtle"]),
    ("kind-domain", &["bg-canvas", "bg-subtle"]),
    ("kind-group", &["bg-canvas", "bg-subtle"]),
    ("kind-user", &["bg-canvas", "bg-subtle"]),
    ("kind-template", &["bg-canvas", "bg-subtle"]),
    ("kind-location", &["bg-canvas", "bg-subtle"]),
    ("kind-other", &["bg-canvas", "bg-subtle"]),
];

#[test]
fn every_pair_of_colours_can_be_read_in_both_themes_and_with_any_accent() {
    let tokens = tokens();
    let mut faults = Vec::new();
    for (pairs, least) in [(TEXT, 4.5), (SHAPES, 3.0)] {
        for (front, grounds) in pairs {
            for ground in *grounds {
                for dark in [false, true] {
                    // A hue matters only where one of the pair follows the accent.
                    let follows = [front, ground].iter().any(|name| tokens[**name].contains("--accent-h"));
                    for hue in (0..360).step_by(if follows { 10 } else { 360 }) {
                        let ratio = contrast(value(&tokens, front, dark, hue), value(&tokens, ground, dark, hue));
                        if ratio < least {
                            faults.push(format!("{front} on {ground}, dark: {dark}, hue {hue}: {ratio:.2} < {least}"));
                        }
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The first declaration of every `--name: light-dark(A, B);`.
fn tokens() -> BTreeMap<&'static str, &'static str> {
    let mut out = BTreeMap::new();
    for line in TOKENS.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": light-dark("))
        else {
            continue;
        };
        out.entry(name).or_insert_with(|| value.strip_suffix(");").expect("a whole declaration"));
    }
    out
}

fn value(tokens: &BTreeMap<&str, &str>, name: &str, dark: bool, hue: i32) -> [f64; 3] {
    let pair = tokens.get(name).unwrap_or_else(|| panic!("no token --{name}"));
    let (light, black) = pair.split_once(", ").expect("two colours");
    let colour = if dark { black } else { light }.replace("var(--accent-h)", &hue.to_string());
    if let Some(hex) = colour.strip_prefix('#') {
        let channel = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour")) / 255.0;
        return [channel(0), channel(2), channel(4)].map(linear);
    }
    let inside = colour.trim_start_matches("oklch(").trim_end_matches(')');
    let parts: Vec<f64> = inside.split(' ').map(|part| part.parse().expect("a number")).collect();
    oklch(parts[0], parts[1], parts[2])
}

/// Linear sRGB, clipped to what screens show.
fn oklch(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (b, a) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * a, chroma * b);
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}

fn linear(channel: f64) -> f64 {
    if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let [one, other] = [one, other].map(|[r, g, b]| 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
    one.max(other) / one.min(other)
}
