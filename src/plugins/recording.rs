use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::answer_cache::Kept;
use super::beside::read_bounded;

/// Answers of an endpoint in a file beside `site.toml` (`recorded` of `[proxies.NAME]`), from which it is known instead of
/// being asked.
#[derive(Debug)]
pub(super) struct Recording {
    /// Seconds since 1970.
    time: i64,
    answers: BTreeMap<String, Value>,
}

/// The file's form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// When the answers were given, RFC 3339.
    recorded: String,
    /// By path and query, as the endpoint would be asked; one that is no JSON stands there as a text.
    answers: BTreeMap<String, Value>,
}

impl Recording {
    /// Reads the file; `Err` says for people what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = read_bounded(path).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        let wrong = |error: String| format!("`{name}` holds no recorded answers: {error}");
        let written: Written = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let time: Timestamp = written
            .recorded
            .parse()
            .map_err(|_| wrong("`recorded` is no time like `2026-03-01T10:00:00Z`".to_owned()))?;
        Ok(Self { time: time.as_second(), answers: written.answers })
    }

    /// The answer to a path; `Err` says for people that there is none.
    pub fn answer(&self, path: &str) -> Result<Kept, String> {
        let answer = self.answers.get(path).ok_or_else(|| format!("no answer to `{path}` is recorded"))?;
        let text = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
        Ok(Kept { time: self.time, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_gives_its_answers_and_says_what_is_missing_or_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sea.json");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Recording::read(&path)
        };
        let good = read(r#"{"recorded":"2026-03-01T10:00:00Z","answers":{"/a?x=1":{"b":[1]},"/csv":"c,d"}}"#).unwrap();
        let json = good.answer("/a?x=1").unwrap();
        assert_eq!((json.time, json.text.as_str()), (1_772_359_200, r#"{"b":[1]}"#));
        assert_eq!(good.answer("/csv").unwrap().text, "c,d");
        assert_eq!(good.answer("/a").unwrap_err(), "no answer to `/a` is recorded");
        assert!(read("{}").unwrap_err().starts_with("`sea.json` holds no recorded answers: missing field `recorded`"));
        assert!(read(r#"{"recorded":"today","answers":{}}"#).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(Recording::read(&path).unwrap_err().starts_with("`sea.json` cannot be read"));
    }
}
