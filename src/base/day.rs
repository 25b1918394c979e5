/// The day of a moment in UTC, `2026-11-21`; `None` beyond the years that calendars know. `seconds` count from 1970.
pub fn day(seconds: i64) -> Option<String> {
    let time = jiff::Timestamp::from_second(seconds).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}
