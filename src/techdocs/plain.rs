/// reStructuredText as it is written, below its title: a plain display, since its markup is another language.
///
/// The status of a decision goes to the front matter, where lists look for it.
pub(super) fn as_markdown(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let titles = || lines.windows(2).enumerate().filter(|(_, pair)| is_title(pair[0], pair[1]));
    let heading = titles().next().map(|(_, pair)| format!("# {}\n\n", pair[0].trim())).unwrap_or_default();
    let status = titles()
        .find(|(_, pair)| pair[0].trim().eq_ignore_ascii_case("status"))
        .and_then(|(at, _)| lines[at + 2..].iter().find(|line| !line.trim().is_empty()))
        .and_then(|line| line.split_whitespace().next())
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty());
    let front = status.map(|word| format!("---\nstatus: \"{word}\"\n---\n")).unwrap_or_default();
    let ticks = |line: &&str| line.trim_start().chars().take_while(|c| *c == '`').count();
    let fence = "`".repeat(lines.iter().map(ticks).max().unwrap_or(0).max(2) + 1);
    format!("{front}{heading}{fence}rst\n{}\n{fence}\n", text.trim_end())
}

/// A line of text above a line of one repeated mark.
fn is_title(line: &str, below: &str) -> bool {
    let rule = |line: &str| {
        let mut characters = line.trim_end().chars();
        let first = characters.next().filter(char::is_ascii_punctuation);
        first.is_some_and(|first| line.trim_end().len() > 2 && characters.all(|c| c == first))
    };
    !line.trim().is_empty() && !rule(line) && rule(below)
}
