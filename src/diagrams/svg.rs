//! An SVG written anew: elements and attributes of an allow list, no styles, no scripts, no references but into itself.

use std::fmt::Write;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::paint::{Paint, Use};
use super::sheet::{Sheet, declarations};
use crate::base::escape_html;

/// Most elements of a picture.
const ELEMENTS: usize = 20_000;
/// Deepest nesting.
const DEPTH: usize = 200;
/// Longest side, in pixels.
const LONGEST: f64 = 30_000.0;
/// Most that is written, in bytes.
const BYTES: usize = 2 << 20;

/// A picture that may stand in a page.
#[derive(Debug)]
pub(super) struct Clean {
    /// What stands between `<svg>` and `</svg>`.
    pub body: String,
    pub view_box: String,
    pub width: f64,
    pub height: f64,
    /// Texts, in order.
    pub words: Vec<String>,
    /// Elements that draw something.
    pub shapes: usize,
}

/// Elements that may stand in a picture. Of `a` and `switch` the content is kept, of all others nothing.
const DRAWING: &[&str] = &["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use", "text"];
const HOLDING: &[&str] = &[
    "svg",
    "g",
    "defs",
    "marker",
    "symbol",
    "clipPath",
    "linearGradient",
    "radialGradient",
    "stop",
    "tspan",
    "textPath",
];

/// Attributes with numbers, lengths and words: nothing in them can name anything.
const PLAIN: &[&str] = &[
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "fx",
    "fy",
    "width",
    "height",
    "dx",
    "dy",
    "points",
    "d",
    "transform",
    "viewBox",
    "preserveAspectRatio",
    "offset",
    "refX",
    "refY",
    "markerWidth",
    "markerHeight",
    "markerUnits",
    "orient",
    "gradientUnits",
    "gradientTransform",
    "spreadMethod",
    "clipPathUnits",
    "pathLength",
    "textLength",
    "lengthAdjust",
    "startOffset",
    "text-anchor",
    "dominant-baseline",
    "alignment-baseline",
    "font-size",
    "font-weight",
    "font-style",
    "text-decoration",
    "letter-spacing",
    "word-spacing",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-miterlimit",
    "stroke-opacity",
    "fill-opacity",
    "opacity",
    "fill-rule",
    "clip-rule",
    "stop-opacity",
    "visibility",
    "display",
];

/// Attributes that a style may set, too.
const LOOKS: &[&str] = &[
    "fill",
    "stroke",
    "stop-color",
    "font-size",
    "font-weight",
    "font-style",
    "font-family",
    "text-anchor",
    "text-decoration",
    "dominant-baseline",
    "letter-spacing",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-dasharray",
    "stroke-opacity",
    "fill-opacity",
    "opacity",
    "stop-opacity",
    "visibility",
    "display",
];

/// Writes an SVG anew. `prefix` goes before its ids; the error says what is wrong in words for people.
pub(super) fn clean(svg: &str, prefix: &str, paint: Paint<'_>) -> Result<Clean, String> {
    let mut writer = Writer {
        prefix,
        paint,
        sheet: sheet(svg)?,
        open: Vec::new(),
        out: String::with_capacity(svg.len()),
        root: None,
        words: Vec::new(),
        word: None,
        shapes: 0,
        elements: 0,
    };
    let mut reader = Reader::from_str(svg);
    loop {
        match reader.read_event().map_err(|error| format!("the renderer wrote no XML: {error}"))? {
            Event::Start(tag) => writer.start(&tag, &mut reader)?,
            Event::Empty(tag) => writer.empty(&tag)?,
            Event::End(_) => writer.end(),
            Event::Text(text) => writer.text(&text.decode().map_err(|error| error.to_string())?),
            Event::CData(text) => writer.text(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                if let Ok(character) = unescape(&format!("&{name};")) {
                    writer.text(&character);
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if writer.out.len() > BYTES {
            return Err(format!("the picture is larger than {} MiB", BYTES >> 20));
        }
    }
    writer.finish()
}

/// The rules of all `<style>` elements: they may stand behind what they are for.
fn sheet(svg: &str) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    if !svg.contains("<style") {
        return Ok(sheet);
    }
    let mut reader = Reader::from_str(svg);
    let mut inside = false;
    loop {
        match reader.read_event().map_err(|error| format!("the renderer wrote no XML: {error}"))? {
            Event::Start(tag) => inside = tag.local_name().as_ref() == b"style",
            Event::End(_) => inside = false,
            Event::Text(text) if inside => sheet.read(&text.decode().map_err(|error| error.to_string())?),
            Event::CData(text) if inside => sheet.read(&String::from_utf8_lossy(&text)),
            Event::Eof => return Ok(sheet),
            _ => {}
        }
    }
}

struct Root {
    view_box: String,
    width: f64,
    height: f64,
}

struct Writer<'a> {
    prefix: &'a str,
    paint: Paint<'a>,
    sheet: Sheet,
    /// Open elements; an empty name is one that is not written.
    open: Vec<&'static str>,
    out: String,
    root: Option<Root>,
    words: Vec<String>,
    word: Option<String>,
    shapes: usize,
    elements: usize,
}

impl Writer<'_> {
    fn start(&mut self, tag: &BytesStart<'_>, reader: &mut Reader<&[u8]>) -> Result<(), String> {
        let local = tag.local_name();
        if self.root.is_none() {
            return self.begin(tag);
        }
        if matches!(local.as_ref(), b"a" | b"switch") {
            self.open.push("");
        } else if let Some(name) = self.write_tag(tag)? {
            self.out.push('>');
            self.open.push(name);
            match name {
                "text" => self.word = Some(String::new()),
                "tspan" => self.space(),
                _ => {}
            }
        } else {
            reader.read_to_end(tag.name()).map_err(|error| format!("the renderer wrote no XML: {error}"))?;
        }
        if self.open.len() > DEPTH {
            return Err(format!("the picture nests deeper than {DEPTH} elements"));
        }
        Ok(())
    }

    fn empty(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        if self.root.is_none() {
            return Err("the picture would be empty".to_owned());
        }
        if self.write_tag(tag)?.is_some() {
            self.out.push_str("/>");
        }
        Ok(())
    }

    /// The outermost element: its own tag is written by the figure.
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        if tag.local_name().as_ref() != b"svg" {
            return Err("the renderer wrote no SVG".to_owned());
        }
        let (mut width, mut height, mut view_box) = (None, None, None);
        for (name, value) in attributes(tag)? {
            match name.as_str() {
                "width" => width = pixels(&value),
                "height" => height = pixels(&value),
                "viewBox" => view_box = Some(numbers(&value)).filter(|numbers| numbers.len() == 4),
                _ => {}
            }
        }
        let (wide, high) = view_box.as_ref().map_or((None, None), |numbers| (Some(numbers[2]), Some(numbers[3])));
        let (Some(width), Some(height)) = (width.or(wide), height.or(high)) else {
            return Err("the picture has no size".to_owned());
        };
        let box_size = [wide.unwrap_or(width), high.unwrap_or(height), width, height];
        if !box_size.iter().all(|side| side.is_finite() && (0.0..=LONGEST).contains(side)) {
            return Err("the picture is too large".to_owned());
        }
        let numbers = view_box.unwrap_or_else(|| vec![0.0, 0.0, width, height]);
        let view_box = numbers.iter().map(|number| format!("{number:.1}")).collect::<Vec<_>>().join(" ");
        self.root = Some(Root { view_box, width, height });
        self.open.push("");
        Ok(())
    }

    /// Writes a tag without its end, or nothing if the element may not stand in a picture.
    fn write_tag(&mut self, tag: &BytesStart<'_>) -> Result<Option<&'static str>, String> {
        let local = tag.local_name();
        let known = DRAWING.iter().chain(HOLDING).copied().find(|name| name.as_bytes() == local.as_ref());
        let Some(name) = known else { return Ok(None) };
        let in_text = self.word.is_some();
        if in_text != matches!(name, "tspan" | "textPath") {
            return Ok(None);
        }
        self.elements += 1;
        if self.elements > ELEMENTS {
            return Err(format!("the picture has more than {ELEMENTS} elements"));
        }
        self.shapes += usize::from(DRAWING.contains(&name));
        let _ = write!(self.out, "<{name}");
        for (attribute, value) in self.styled(attributes(tag)?) {
            if let Some(value) = self.allowed(name, &attribute, &value) {
                let _ = write!(self.out, " {attribute}=\"{}\"", escape_html(&value));
            }
        }
        Ok(Some(name))
    }

    /// Attributes with what a style sheet and the `style` attribute say, as attributes: the last word wins, each is there once.
    fn styled(&self, written: Vec<(String, String)>) -> Vec<(String, String)> {
        let find = |name: &str| written.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let sheet = self.sheet.of(find("class")).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let own = declarations(find("style"));
        let mut all: Vec<(String, String)> = Vec::with_capacity(written.len());
        // Styles say how things look, not where they are.
        let styles = sheet.chain(own).filter(|(name, _)| LOOKS.contains(&name.as_str()));
        for (name, value) in written.iter().cloned().chain(styles) {
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = value,
                None => all.push((name, value)),
            }
        }
        all
    }

    /// The value to write for an attribute, if it may stand there.
    fn allowed(&self, element: &str, attribute: &str, value: &str) -> Option<String> {
        let value = value.trim();
        match attribute {
            "fill" | "stroke" | "stop-color" => {
                if let Some(id) = own_url(value) {
                    return Some(format!("url(#{})", self.id(id)?));
                }
                let used = match (attribute, element) {
                    ("stroke", _) => Use::Stroke,
                    (_, "text" | "tspan" | "textPath") => Use::Text,
                    _ => Use::Fill,
                };
                self.paint.value(value, used)
            }
            "marker-start" | "marker-mid" | "marker-end" | "clip-path" => {
                own_url(value).and_then(|id| self.id(id)).map(|id| format!("url(#{id})"))
            }
            "href" | "xlink:href" if matches!(element, "use" | "textPath") => {
                value.strip_prefix('#').and_then(|id| self.id(id)).map(|id| format!("#{id}"))
            }
            "id" => self.id(value),
            "font-family" => value.to_ascii_lowercase().contains("mono").then(|| "monospace".to_owned()),
            _ if PLAIN.contains(&attribute) => {
                let plain = |c: char| {
                    c.is_ascii_alphanumeric()
                        || c.is_ascii_whitespace()
                        || ".,+-%".contains(c)
                        || (attribute.ends_with("ransform") && "()".contains(c))
                };
                (!value.is_empty() && value.chars().all(plain)).then(|| value.to_owned())
            }
            _ => None,
        }
    }

    fn id(&self, id: &str) -> Option<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        (!id.is_empty() && id.len() <= 100 && id.chars().all(plain)).then(|| format!("{}-{id}", self.prefix))
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if name.is_empty() {
            return;
        }
        let _ = write!(self.out, "</{name}>");
        if name == "text"
            && let Some(word) = self.word.take()
        {
            let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
            if !word.is_empty() {
                self.words.push(word);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(word) = &mut self.word {
            word.push_str(text);
            self.out.push_str(&escape_html(text));
        }
    }

    fn space(&mut self) {
        if let Some(word) = &mut self.word {
            word.push(' ');
        }
    }

    fn finish(self) -> Result<Clean, String> {
        let Some(root) = self.root else { return Err("the renderer wrote no SVG".to_owned()) };
        if !self.open.is_empty() {
            return Err("the renderer wrote no whole SVG".to_owned());
        }
        Ok(Clean {
            body: self.out,
            view_box: root.view_box,
            width: root.width,
            height: root.height,
            words: self.words,
            shapes: self.shapes,
        })
    }
}

fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, String> {
    let mut all = Vec::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| format!("the renderer wrote no XML: {error}"))?;
        let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let raw = String::from_utf8_lossy(&attribute.value);
        // A value with an unknown entity is none that is allowed.
        let value = unescape(&raw).map(std::borrow::Cow::into_owned).unwrap_or_default();
        all.push((name, value));
    }
    Ok(all)
}

/// The id in `url(#id)`.
fn own_url(value: &str) -> Option<&str> {
    let inside = value.strip_prefix("url(")?.strip_suffix(')')?;
    inside.trim().trim_matches(['"', '\'']).strip_prefix('#')
}

fn numbers(value: &str) -> Vec<f64> {
    value.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty()).filter_map(|part| part.parse().ok()).collect()
}

/// A length in pixels; `None` for percentages.
fn pixels(value: &str) -> Option<f64> {
    let value = value.trim();
    if let Some(points) = value.strip_suffix("pt") {
        return points.parse::<f64>().ok().map(|points| points * 4.0 / 3.0);
    }
    value.strip_suffix("px").unwrap_or(value).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(inside: &str) -> Result<String, String> {
        let svg = format!("<?xml version=\"1.0\"?><svg width='100' height='50'>{inside}</svg>");
        clean(&svg, "p", Paint::AsDrawn).map(|clean| clean.body)
    }

    #[test]
    fn only_what_draws_is_written() {
        for (inside, written) in [
            ("<rect x='1' onclick='x()' style='fill:red;x:expression(1)'/>", "<rect x=\"1\" fill=\"red\"/>"),
            ("<script>alert(1)</script><rect x=\"1\"/>", "<rect x=\"1\"/>"),
            ("<foreignObject><div>x</div></foreignObject>", ""),
            ("<a href='javascript:x'><text>t &lt; <tspan>u</tspan></text></a>", "<text>t &lt; <tspan>u</tspan></text>"),
            ("<image href='https://example.org/x.png'/>", ""),
            ("<use href='#a'/><use href='x.svg#a'/>", "<use href=\"#p-a\"/><use/>"),
            (
                "<path d='M0 0' fill='url(#g)' stroke='url(https://example.org)'/>",
                "<path d=\"M0 0\" fill=\"url(#p-g)\"/>",
            ),
            ("<path d='M0 0&quot; onload=x'/>", "<path/>"),
            ("<text><title><b>x</b></title>a<![CDATA[<b>]]></text>", "<text>a&lt;b&gt;</text>"),
            ("<text>a<rect/><script>x</script></text>", "<text>a</text>"),
            ("<style>.k{fill:#0f0}</style><rect class='k' fill='red'/>", "<rect fill=\"#0f0\"/>"),
            ("<animate attributeName='href' to='x'/><set to='x'/>", ""),
            ("<!-- c --><g id='a' xml:base='x'><rect x=\"1\"/></g>", "<g id=\"p-a\"><rect x=\"1\"/></g>"),
            ("loose <rect/> words", "<rect/>"),
        ] {
            assert_eq!(body(inside).as_deref(), Ok(written), "{inside}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bad in [
            "",
            "x",
            "<html></html>",
            "<svg/>",
            "<svg><rect/></svg>",
            "<svg width='9' height='9'><g>",
            "<svg width='9e9' height='9'></svg>",
        ] {
            assert!(clean(bad, "p", Paint::AsDrawn).is_err(), "{bad}");
        }
        assert!(body(&"<g>".repeat(300)).is_err());
        assert!(body(&"<rect/>".repeat(ELEMENTS + 1)).is_err());
    }

    #[test]
    fn sizes_come_from_the_attributes_or_the_view_box() {
        for (head, width, height) in [
            ("width='75pt' height='30px'", 100.0, 30.0),
            ("width='100%' viewBox='0 0 40 20'", 40.0, 20.0),
            ("viewBox='-5,-5,40,20'", 40.0, 20.0),
        ] {
            let clean = clean(&format!("<svg {head}><rect/></svg>"), "p", Paint::AsDrawn).unwrap();
            assert_eq!((clean.width, clean.height), (width, height), "{head}");
        }
    }
}
