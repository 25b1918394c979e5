use std::fmt::Write;

use super::radar;
use crate::base::{SafeHtml, escape_html};

/// Size of a drawing, in its own units.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 80.0;
/// Most figures of a drawing; of more, the last are drawn.
const FIGURES: usize = 400;

/// Draws what templates and programs ask for by an element `cb-NAME`: `cb-chart`, `cb-meter` and `cb-radar`. Everything that
/// they are told is escaped here.
pub(super) fn draw(name: &str, told: &[(String, String)]) -> Option<SafeHtml> {
    let told = Told(told);
    match name {
        "chart" => chart(&told),
        "meter" => meter(&told),
        "radar" => radar::draw(told.get("data")).map(SafeHtml::vouched),
        _ => None,
    }
}

struct Told<'a>(&'a [(String, String)]);

impl Told<'_> {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn list(&self, name: &str) -> Vec<&str> {
        let text = self.get(name).trim();
        if text.is_empty() { Vec::new() } else { text.split(',').map(str::trim).collect() }
    }
}

/// `values` and `labels` with commas between, `kind` line or bar, `title`, `unit`.
fn chart(told: &Told<'_>) -> Option<SafeHtml> {
    let all: Vec<f64> = told.list("values").iter().map(|text| text.parse().unwrap_or(f64::NAN)).collect();
    let skipped = all.len().saturating_sub(FIGURES);
    let values = &all[skipped..];
    let labels = told.list("labels");
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let last = finite().next_back()?;
    let (low, high) = finite().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let span = if high > low { high - low } else { 1.0 };
    let y = |value: f64| HEIGHT - 2.0 - (value - low) / span * (HEIGHT - 4.0);
    let unit = told.get("unit");
    let name = |at: usize| labels.get(skipped + at).copied().unwrap_or("");
    let mut marks = String::new();
    if told.get("kind") == "bar" {
        let step = WIDTH / values.len() as f64;
        for (at, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
            let (top, bottom) = (y(value.max(0.0)), y(value.min(0.0)));
            let _ = write!(
                marks,
                "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
                at as f64 * step + step * 0.1,
                step * 0.8,
                (bottom - top).max(1.0),
                said(name(at), *value, unit)
            );
        }
    } else {
        let step = WIDTH / (values.len().max(2) - 1) as f64;
        let mut points = String::new();
        for (at, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
            let _ = write!(points, "{:.1},{:.1} ", at as f64 * step, y(*value));
        }
        let _ = write!(marks, "<polyline points=\"{}\"/>", points.trim_end());
    }
    let heading = escape_html(told.get("title"));
    let newest = said(name(values.len() - 1), last, unit);
    let first = finite().next().unwrap_or(last);
    let described = format!(
        "{heading}{}from {} to {}, newest {}",
        if heading.is_empty() { "" } else { ": " },
        figure(first),
        figure(last),
        newest
    );
    let caption = if heading.is_empty() { newest } else { format!("{heading}: {newest}") };
    Some(SafeHtml::vouched(format!(
        "<figure class=\"cb-chart\"><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{described}\" preserveAspectRatio=\"none\">{marks}</svg>\
         <figcaption>{caption}</figcaption></figure>"
    )))
}

/// `value` of `max` (100), `unit`, `title`; `good` is the figure from which it is well.
fn meter(told: &Told<'_>) -> Option<SafeHtml> {
    let value: f64 = told.get("value").trim().parse().ok().filter(|value: &f64| value.is_finite())?;
    let most = told.get("max").trim().parse().ok().filter(|most: &f64| *most > 0.0).unwrap_or(100.0);
    let tone = match told.get("good").trim().parse::<f64>() {
        Ok(good) if value >= good => " cb-meter-success",
        Ok(good) if value >= good / 2.0 => " cb-meter-warning",
        Ok(_) => " cb-meter-danger",
        Err(_) => "",
    };
    let share = (value / most).clamp(0.0, 1.0) * 100.0;
    let text = said(told.get("title"), value, told.get("unit"));
    Some(SafeHtml::vouched(format!(
        "<div class=\"cb-meter{tone}\"><span>{text}</span><svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"cb-meter-rest\" width=\"100\" height=\"4\"/><rect class=\"cb-meter-done\" width=\"{share:.1}\" height=\"4\"/></svg></div>"
    )))
}

/// `name: 12.5 unit`, escaped.
fn said(name: &str, value: f64, unit: &str) -> String {
    let unit = if unit.is_empty() || unit == "%" { unit.to_owned() } else { format!(" {unit}") };
    let text = format!("{}{unit}", figure(value));
    escape_html(&if name.is_empty() { text } else { format!("{name}: {text}") })
}

/// A figure with at most two decimals.
fn figure(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(name: &str, told: &[(&str, &str)]) -> Option<String> {
        let told: Vec<(String, String)> =
            told.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        draw(name, &told).map(|html| html.as_str().to_owned())
    }

    #[test]
    fn charts_say_in_words_what_they_draw() {
        let chart = drawn(
            "chart",
            &[("values", "4, 8,6.505"), ("labels", "May,June,July"), ("title", "Cost <a>"), ("unit", "EUR")],
        )
        .unwrap();
        assert!(chart.contains("<figcaption>Cost &lt;a&gt;: July: 6.5 EUR</figcaption>"), "{chart}");
        assert!(chart.contains("points=\"0.0,40.0 160.0,2.0 320.0,16.2\""), "{chart}");
        let bars = drawn("chart", &[("values", "1,x,-1"), ("kind", "bar")]).unwrap();
        assert_eq!(bars.matches("<rect").count(), 2);
        assert_eq!(drawn("chart", &[("values", "a,b")]), None);
        assert_eq!(drawn("chart", &[]), None);
    }

    #[test]
    fn a_meter_has_its_tone_from_what_is_good() {
        let tone = |value: &str| drawn("meter", &[("value", value), ("good", "80"), ("unit", "%")]).unwrap();
        assert!(tone("81").contains("cb-meter-success") && tone("81").contains(">81%<"));
        assert!(tone("50").contains("cb-meter-warning") && tone("5").contains("cb-meter-danger"));
        assert_eq!(drawn("meter", &[("value", "many")]), None);
    }
}
