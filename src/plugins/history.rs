use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::Date;
use serde_json::Value;

use crate::base::Digest;

/// Most days that a file keeps; the oldest go first.
const DAYS: usize = 400;
/// Most days that are drawn.
const DRAWN: usize = 60;

/// Levels by entity, day by day: the form of the file.
type Days = BTreeMap<Date, BTreeMap<String, String>>;

/// How entities stood by one scorecard on earlier days.
#[derive(Clone, Default)]
pub(super) struct History {
    days: Vec<Date>,
    /// Number of the day and title of the level, by entity.
    by_entity: BTreeMap<String, Vec<(usize, String)>>,
    digest: Option<Digest>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl History {
    /// Reads a file's text: `{"2026-11-01": {"component:default/a": "Silver"}}`. `Err` says for people what is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut history = Self { digest: Some(Digest::of_bytes(text.as_bytes())), ..Self::default() };
        let days = days(text)?;
        for (date, levels) in days.into_iter().rev().take(DRAWN).collect::<Vec<_>>().into_iter().rev() {
            for (entity, level) in levels {
                history.by_entity.entry(entity).or_default().push((history.days.len(), level));
            }
            history.days.push(date);
        }
        Ok(history)
    }

    /// The days, and for each the mean of the levels that some entities had then, if they had any. `number` is that of a level
    /// by its title; levels that are no more do not count.
    pub fn means<'e>(
        &self,
        entities: impl Iterator<Item = &'e str>,
        number: impl Fn(&str) -> Option<usize>,
    ) -> Vec<(Date, f64)> {
        let mut sums = vec![(0_u32, 0_u32); self.days.len()];
        for (day, level) in entities.filter_map(|entity| self.by_entity.get(entity)).flatten() {
            if let Some(level) = number(level).and_then(|level| u32::try_from(level).ok()) {
                sums[*day].0 += level;
                sums[*day].1 += 1;
            }
        }
        let known = self.days.iter().zip(sums).filter(|(_, (_, count))| *count > 0);
        known.map(|(day, (sum, count))| (*day, f64::from(sum) / f64::from(count))).collect()
    }
}

fn days(text: &str) -> Result<Days, String> {
    let written: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON of levels by day and entity: {error}"))?;
    let day = |(date, levels): (String, _)| match date.parse::<Date>() {
        Ok(day) => Ok((day, levels)),
        Err(_) => Err(format!("`{date}` is no day like `2026-11-01`")),
    };
    written.into_iter().map(day).collect()
}

/// The text of a history with the levels of a day put in, in the place of what was known of it; a line for each day.
///
/// `Err`: the text is no history.
pub fn recorded(text: &str, day: Date, levels: &BTreeMap<String, String>) -> Result<String, String> {
    let mut all = if text.trim().is_empty() { Days::new() } else { days(text)? };
    all.insert(day, levels.clone());
    while all.len() > DAYS {
        all.pop_first();
    }
    let mut out = String::from("{");
    for (number, (day, levels)) in all.iter().enumerate() {
        let levels: serde_json::Map<String, Value> =
            levels.iter().map(|(entity, level)| (entity.clone(), Value::from(level.as_str()))).collect();
        let _ = write!(out, "{}\n\"{day}\": {}", if number == 0 { "" } else { "," }, Value::Object(levels));
    }
    Ok(out + "\n}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter().map(|(entity, level)| ((*entity).to_owned(), (*level).to_owned())).collect()
    }

    #[test]
    fn a_day_is_recorded_once_and_the_mean_is_of_those_that_were_there() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let text = recorded("", day("2026-11-08"), &levels(&[("a", "Gold")])).unwrap();
        let text = recorded(&text, day("2026-11-01"), &levels(&[("a", "none"), ("b", "Gold"), ("c", "Iron")])).unwrap();
        let text = recorded(&text, day("2026-11-08"), &levels(&[("a", "Gold"), ("b", "Gold")])).unwrap();
        assert_eq!(
            text,
            "{\n\"2026-11-01\": {\"a\":\"none\",\"b\":\"Gold\",\"c\":\"Iron\"},\n\"2026-11-08\": {\"a\":\"Gold\",\"b\":\"Gold\"}\n}\n"
        );
        let history = History::read(&text).unwrap();
        let number = |level: &str| ["none", "Gold"].iter().position(|known| *known == level);
        let all = history.means(["a", "b", "c"].into_iter(), number);
        assert_eq!(all, [(day("2026-11-01"), 0.5), (day("2026-11-08"), 1.0)]);
        assert_eq!(history.means(["c", "d"].into_iter(), number), []);
        assert!(History::read("[]").unwrap_err().starts_with("it is no JSON of levels"));
        assert_eq!(History::read("{\"today\":{}}").unwrap_err(), "`today` is no day like `2026-11-01`");
    }
}
