use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use crate::base::{Digest, escape_html};

/// Most entries that are drawn.
const ENTRIES: usize = 400;
/// Half of the drawing's width, in its own units.
const HALF: f64 = 300.0;

/// A technology on the radar.
struct Entry<'a> {
    title: &'a str,
    /// Index of its quadrant and of its ring.
    quadrant: usize,
    ring: usize,
    /// +1 moved in, -1 moved out, 0 stayed.
    moved: i64,
    description: &'a str,
    url: &'a str,
    /// Earlier rings with their days, newest first.
    history: Vec<(String, String)>,
}

/// Draws a tech radar from the usual JSON, with a list of what is on it and how it moved.
///
/// Reads Backstage's form (`quadrants` and `rings` with ids, `entries` with a `timeline` of `ringId`, `date`, `moved`), Zalando's
/// (`entries` with indexes `quadrant` and `ring`, `label`, `moved`), and a plain list of `name`, `ring`, `quadrant` (the
/// build-your-own radar). `None`: it is none of these.
pub(super) fn draw(json: &str) -> Option<String> {
    let data: Value = serde_json::from_str(json).ok()?;
    let items = data["entries"].as_array().or_else(|| data.as_array())?;
    let quadrants = names(&data["quadrants"], items, "quadrant");
    let rings = names(&data["rings"], items, "ring");
    if quadrants.is_empty() || rings.is_empty() {
        return None;
    }
    let mut entries: Vec<Entry<'_>> =
        items.iter().take(ENTRIES).filter_map(|item| entry(item, &quadrants, &rings)).collect();
    entries.sort_by(|a, b| {
        (a.quadrant, a.ring, a.title.to_lowercase()).cmp(&(b.quadrant, b.ring, b.title.to_lowercase()))
    });
    let mut html = String::from("<div class=\"cb-radar\">");
    svg(&quadrants, &rings, &entries, &mut html);
    lists(&quadrants, &rings, &entries, &mut html);
    html.push_str("</div>");
    Some(html)
}

/// A quadrant or a ring: the word that entries name it by, and its title.
type Named = (String, String);

fn names(listed: &Value, items: &[Value], key: &str) -> Vec<Named> {
    if let Some(listed) = listed.as_array().filter(|listed| !listed.is_empty()) {
        return listed
            .iter()
            .take(8)
            .map(|one| {
                let title =
                    one["name"].as_str().or_else(|| one["title"].as_str()).or_else(|| one.as_str()).unwrap_or("");
                let id = one["id"].as_str().map_or_else(|| title.to_owned(), str::to_owned);
                (id, title.to_owned())
            })
            .collect();
    }
    let mut found: Vec<Named> = Vec::new();
    for word in items.iter().filter_map(|item| item[key].as_str()) {
        if found.len() < 8 && found.iter().all(|(id, _)| !id.eq_ignore_ascii_case(word)) {
            found.push((word.to_owned(), word.to_owned()));
        }
    }
    // The rings that everybody means have their order; others stand in the order of their first entry.
    let usual = ["adopt", "use", "trial", "assess", "explore", "hold"];
    found.sort_by_key(|(id, _)| usual.iter().position(|known| id.eq_ignore_ascii_case(known)).unwrap_or(usual.len()));
    found
}

fn index(value: &Value, named: &[Named]) -> Option<usize> {
    match value {
        Value::Number(number) => number.as_u64().map(|at| at as usize).filter(|at| *at < named.len()),
        Value::String(word) => {
            named.iter().position(|(id, title)| id.eq_ignore_ascii_case(word) || title.eq_ignore_ascii_case(word))
        }
        _ => None,
    }
}

fn entry<'a>(item: &'a Value, quadrants: &[Named], rings: &[Named]) -> Option<Entry<'a>> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| item[*key].as_str()).unwrap_or("");
    let mut timeline: Vec<&Value> = item["timeline"].as_array().into_iter().flatten().collect();
    timeline.sort_by(|a, b| b["date"].as_str().unwrap_or("").cmp(a["date"].as_str().unwrap_or("")));
    let newest = timeline.first().copied().unwrap_or(&Value::Null);
    let ring = index(&newest["ringId"], rings).or_else(|| index(&item["ring"], rings))?;
    let history = timeline.iter().filter_map(|step| {
        let ring = &rings[index(&step["ringId"], rings)?].1;
        let day = step["date"].as_str().unwrap_or("").get(..10).unwrap_or("");
        Some((day.to_owned(), ring.clone()))
    });
    let moved = newest["moved"].as_i64().or_else(|| item["moved"].as_i64()).unwrap_or(0);
    let newest_says = newest["description"].as_str().filter(|text| !text.is_empty());
    Some(Entry {
        title: text(&["title", "label", "name"]),
        quadrant: index(&item["quadrant"], quadrants)?,
        ring,
        moved,
        description: newest_says.unwrap_or_else(|| text(&["description"])),
        url: text(&["url", "link"]),
        history: history.collect(),
    })
    .filter(|entry| !entry.title.is_empty())
}

fn svg(quadrants: &[Named], rings: &[Named], entries: &[Entry<'_>], html: &mut String) {
    let width = HALF / rings.len() as f64;
    let _ = write!(
        html,
        "<svg class=\"cb-radar-drawing\" viewBox=\"-310 -310 620 620\" role=\"img\" aria-label=\"Tech radar with {} entries; the lists below say the same\">",
        entries.len()
    );
    for (at, (_, title)) in rings.iter().enumerate().rev() {
        let radius = width * (at + 1) as f64;
        let _ = write!(
            html,
            "<circle class=\"cb-radar-ring\" r=\"{radius:.1}\"/><text class=\"cb-radar-name\" y=\"{:.1}\">{}</text>",
            14.0 - radius,
            escape_html(title)
        );
    }
    let slice = std::f64::consts::TAU / quadrants.len() as f64;
    for at in 0..quadrants.len() {
        let (sin, cos) = (slice * at as f64).sin_cos();
        let _ = write!(html, "<line class=\"cb-radar-line\" x2=\"{:.1}\" y2=\"{:.1}\"/>", HALF * cos, HALF * sin);
    }
    for (at, entry) in entries.iter().enumerate() {
        let (x, y) = place(entry, entries, at, slice, width);
        let shape = match entry.moved {
            1.. => "<path d=\"M-9 7 0 -9 9 7Z\"/>",
            ..=-1 => "<path d=\"M-9 -7 0 9 9 -7Z\"/>",
            0 => "<circle r=\"8.5\"/>",
        };
        let _ = write!(
            html,
            "<g class=\"cb-radar-dot cb-radar-{}\" transform=\"translate({x:.1} {y:.1})\"><title>{}</title>{shape}<text y=\"3.5\">{}</text></g>",
            entry.quadrant % 4,
            escape_html(entry.title),
            at + 1
        );
    }
    html.push_str("</svg>");
}

/// Spreads the entries of a field evenly over its angle, and by a digest of the title over its depth, so that a new entry
/// elsewhere moves none.
fn place(entry: &Entry<'_>, all: &[Entry<'_>], at: usize, slice: f64, width: f64) -> (f64, f64) {
    let same = |other: &&Entry<'_>| other.quadrant == entry.quadrant && other.ring == entry.ring;
    let count = all.iter().filter(same).count();
    let number = all[..at].iter().filter(same).count();
    let angle = slice * (entry.quadrant as f64 + (number as f64 + 0.5) / count as f64);
    let depth = f64::from(Digest::of_bytes(entry.title.as_bytes()).as_bytes()[0]) / 255.0;
    let radius = width * (entry.ring as f64 + 0.3 + 0.4 * depth);
    let (sin, cos) = angle.sin_cos();
    (radius * cos, radius * sin)
}

fn lists(quadrants: &[Named], rings: &[Named], entries: &[Entry<'_>], html: &mut String) {
    html.push_str("<div class=\"cb-radar-lists\">");
    for (quadrant, (_, title)) in quadrants.iter().enumerate() {
        let _ = write!(html, "<section><h3>{}</h3>", escape_html(title));
        let mut by_ring = BTreeMap::<usize, Vec<(usize, &Entry<'_>)>>::new();
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.quadrant == quadrant) {
            by_ring.entry(entry.ring).or_default().push((at, entry));
        }
        for (ring, listed) in by_ring {
            let _ = write!(html, "<h4>{}</h4><ul>", escape_html(&rings[ring].1));
            for (at, entry) in listed {
                item(at, entry, html);
            }
            html.push_str("</ul>");
        }
        html.push_str("</section>");
    }
    html.push_str("</div>");
}

fn item(at: usize, entry: &Entry<'_>, html: &mut String) {
    let title = escape_html(entry.title);
    let is_web = url::Url::parse(entry.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    let named = if is_web {
        format!("<a href=\"{}\" rel=\"noopener noreferrer\">{title}</a>", escape_html(entry.url))
    } else {
        title
    };
    let moved = match entry.moved {
        1.. => " <span class=\"cb-pill cb-pill-success\">moved in</span>",
        ..=-1 => " <span class=\"cb-pill cb-pill-warning\">moved out</span>",
        0 => "",
    };
    let _ = write!(html, "<li><span class=\"cb-count\">{}</span> {named}{moved}", at + 1);
    if !entry.description.is_empty() {
        let _ = write!(html, "<p class=\"cb-muted\">{}</p>", escape_html(entry.description));
    }
    if entry.history.len() > 1 {
        let steps: Vec<String> = entry
            .history
            .iter()
            .map(|(day, ring)| format!("{} <time>{}</time>", escape_html(ring), escape_html(day)))
            .collect();
        let _ = write!(html, "<p class=\"cb-muted\">{}</p>", steps.join(" ← "));
    }
    html.push_str("</li>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_all_read() {
        let backstage = r#"{"quadrants":[{"id":"lang","name":"Languages"}],"rings":[{"id":"adopt","name":"ADOPT"},{"id":"hold","name":"HOLD"}],
            "entries":[{"id":"rust","title":"Ru<st","quadrant":"lang","url":"javascript:x","timeline":[
            {"moved":0,"ringId":"hold","date":"2020-01-01T00:00:00Z"},{"moved":1,"ringId":"adopt","date":"2024-02-03","description":"All new services"}]}]}"#;
        let zalando = r#"{"quadrants":[{"name":"Languages"}],"rings":[{"name":"ADOPT"},{"name":"HOLD"}],"entries":[{"quadrant":0,"ring":0,"label":"Ru<st","moved":1,"link":"https://x.org/"}]}"#;
        let plain = r#"[{"name":"Ru<st","ring":"Adopt","quadrant":"Languages"}]"#;
        for json in [backstage, zalando, plain] {
            let html = draw(json).unwrap();
            assert!(html.contains("Ru&lt;st") && html.to_lowercase().contains("<h4>adopt</h4>"), "{html}");
            assert!(!html.contains("javascript:"));
        }
        let html = draw(backstage).unwrap();
        assert!(html.contains("ADOPT <time>2024-02-03</time> ← HOLD <time>2020-01-01</time>"), "{html}");
        assert!(html.contains("moved in") && html.contains("All new services"));
        assert!(draw(zalando).unwrap().contains("href=\"https://x.org/\""));
        for none in ["", "{}", "[]", "{\"entries\":[]}"] {
            assert_eq!(draw(none), None, "{none}");
        }
    }
}
