use super::writer::push_escaped;

/// `++ctrl+alt+del++` at the start of a text: its width, its HTML, its words.
pub(super) fn keys(text: &str) -> Option<(usize, String, String)> {
    let inside = text.strip_prefix("++")?;
    let end = inside.find("++")?;
    let keys = &inside[..end];
    let sound = |key: &str| {
        let quoted = key.len() > 2 && ['"', '\''].iter().any(|quote| key.starts_with(*quote) && key.ends_with(*quote));
        quoted || (!key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
    };
    if keys.len() > 80 || !keys.split('+').all(sound) || inside[end + 2..].starts_with('+') {
        return None;
    }
    let mut html = String::from("<span class=\"keys\">");
    let mut words = String::new();
    for (index, key) in keys.split('+').enumerate() {
        if index > 0 {
            html.push_str("<span>+</span>");
            words.push('+');
        }
        let name = name(key);
        html.push_str("<kbd class=\"key-");
        push_escaped(
            &mut html,
            &key.trim_matches(['"', '\'']).to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-"),
        );
        html.push_str("\">");
        push_escaped(&mut html, &name);
        html.push_str("</kbd>");
        words.push_str(&name);
    }
    html.push_str("</span>");
    Some((end + 4, html, words))
}

fn name(key: &str) -> String {
    let known = match key.to_ascii_lowercase().as_str() {
        "ctrl" | "control" | "left-control" => "Ctrl",
        "cmd" | "command" => "Cmd",
        "del" | "delete" => "Del",
        "esc" | "escape" => "Esc",
        "ins" | "insert" => "Ins",
        "return" | "enter" => "Enter",
        "win" | "windows" => "Win",
        "opt" | "option" => "Option",
        "pg-up" | "page-up" | "pageup" => "Page Up",
        "pg-dn" | "page-down" | "pagedown" => "Page Down",
        "left" | "arrow-left" => "Left",
        "right" | "arrow-right" => "Right",
        "up" | "arrow-up" => "Up",
        "down" | "arrow-down" => "Down",
        "plus" => "+",
        "minus" | "hyphen" => "-",
        "space" | "spacebar" => "Space",
        "grave" | "backtick" => "`",
        "comma" => ",",
        "period" => ".",
        "slash" => "/",
        "backslash" => "\\",
        _ => {
            let plain = key.trim_matches(['"', '\'']);
            if plain.len() != key.len() {
                return plain.to_owned();
            }
            let words = plain.split('-').map(|word| {
                let mut characters = word.chars();
                characters
                    .next()
                    .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect::<String>())
            });
            return words.collect::<Vec<_>>().join(" ");
        }
    };
    known.to_owned()
}
