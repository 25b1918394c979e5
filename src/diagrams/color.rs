/// A colour as it is written in SVG; parts from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Color {
    red: f32,
    green: f32,
    blue: f32,
    /// 0 is not to be seen.
    pub alpha: f32,
}

/// Names that authors of diagrams use, with their value in CSS.
const NAMES: &[(&str, u32)] = &[
    ("aqua", 0x00_ffff),
    ("beige", 0xf5_f5dc),
    ("black", 0x00_0000),
    ("blue", 0x00_00ff),
    ("brown", 0xa5_2a2a),
    ("coral", 0xff_7f50),
    ("cyan", 0x00_ffff),
    ("darkblue", 0x00_008b),
    ("darkgray", 0xa9_a9a9),
    ("darkgreen", 0x00_6400),
    ("darkgrey", 0xa9_a9a9),
    ("darkred", 0x8b_0000),
    ("fuchsia", 0xff_00ff),
    ("gold", 0xff_d700),
    ("gray", 0x80_8080),
    ("green", 0x00_8000),
    ("grey", 0x80_8080),
    ("indigo", 0x4b_0082),
    ("ivory", 0xff_fff0),
    ("khaki", 0xf0_e68c),
    ("lavender", 0xe6_e6fa),
    ("lightblue", 0xad_d8e6),
    ("lightcyan", 0xe0_ffff),
    ("lightgray", 0xd3_d3d3),
    ("lightgreen", 0x90_ee90),
    ("lightgrey", 0xd3_d3d3),
    ("lightpink", 0xff_b6c1),
    ("lightyellow", 0xff_ffe0),
    ("lime", 0x00_ff00),
    ("magenta", 0xff_00ff),
    ("maroon", 0x80_0000),
    ("navy", 0x00_0080),
    ("olive", 0x80_8000),
    ("orange", 0xff_a500),
    ("orchid", 0xda_70d6),
    ("pink", 0xff_c0cb),
    ("plum", 0xdd_a0dd),
    ("purple", 0x80_0080),
    ("red", 0xff_0000),
    ("salmon", 0xfa_8072),
    ("silver", 0xc0_c0c0),
    ("skyblue", 0x87_ceeb),
    ("steelblue", 0x46_82b4),
    ("tan", 0xd2_b48c),
    ("teal", 0x00_8080),
    ("tomato", 0xff_6347),
    ("turquoise", 0x40_e0d0),
    ("violet", 0xee_82ee),
    ("wheat", 0xf5_deb3),
    ("white", 0xff_ffff),
    ("yellow", 0xff_ff00),
];

impl Color {
    /// Reads `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(…)`, `rgba(…)`, `hsl(…)` and common names.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(digits) = text.strip_prefix('#') {
            return Self::hex(digits);
        }
        if let Some((function, rest)) = text.split_once('(') {
            let parts: Vec<f32> = rest
                .trim_end_matches(')')
                .split([',', ' ', '/'])
                .filter(|part| !part.is_empty())
                .map(|part| part.trim_end_matches(['%', 'd', 'e', 'g']).parse::<f32>().ok())
                .collect::<Option<_>>()?;
            let [first, second, third, ..] = parts[..] else { return None };
            let alpha = parts.get(3).copied().unwrap_or(1.0);
            return match function {
                "rgb" | "rgba" => Some(Self { red: first / 255.0, green: second / 255.0, blue: third / 255.0, alpha }),
                "hsl" | "hsla" => Some(Self::hsl(first, second / 100.0, third / 100.0, alpha)),
                _ => None,
            };
        }
        let (_, value) = NAMES.iter().find(|(name, _)| *name == text)?;
        Self::hex(&format!("{value:06x}"))
    }

    fn hex(digits: &str) -> Option<Self> {
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let wide: String = match digits.len() {
            3 | 4 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 | 8 => digits.to_owned(),
            _ => return None,
        };
        let part = |at: usize| u8::from_str_radix(wide.get(at..at + 2)?, 16).ok().map(|part| f32::from(part) / 255.0);
        Some(Self { red: part(0)?, green: part(2)?, blue: part(4)?, alpha: part(6).unwrap_or(1.0) })
    }

    fn hsl(hue: f32, saturation: f32, lightness: f32, alpha: f32) -> Self {
        // The formula of CSS Color 4, section 7.1.
        let part = |n: f32| {
            let k = (n + hue.rem_euclid(360.0) / 30.0).rem_euclid(12.0);
            let a = saturation * lightness.min(1.0 - lightness);
            lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
        };
        Self { red: part(0.0), green: part(8.0), blue: part(4.0), alpha }
    }

    /// How light it looks, from 0 to 1.
    pub(super) fn lightness(self) -> f32 {
        0.299 * self.red + 0.587 * self.green + 0.114 * self.blue
    }

    /// How far it is from grey, from 0 to 1.
    pub(super) fn chroma(self) -> f32 {
        self.red.max(self.green).max(self.blue) - self.red.min(self.green).min(self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn colours_are_read_in_every_form() {
        let white = Color::parse("white").unwrap();
        for text in ["#fff", "#FFFFFF", "#ffffffff", "rgb(255, 255,255)", "hsl(0, 0%, 100%)", " White "] {
            assert_eq!(Color::parse(text), Some(white), "{text}");
        }
        let blue = Color::parse("hsl(240, 100%, 50%)").unwrap();
        assert_eq!(blue, Color::parse("#00f").unwrap());
        assert!(blue.chroma() > 0.9 && blue.lightness() < 0.2);
        assert!(Color::parse("rgba(0,0,0, 0.0)").unwrap().alpha < 0.1);
        for text in ["", "#ggg", "#é1", "url(#a)", "none", "rgb(1)"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }
}
