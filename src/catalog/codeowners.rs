//! Owners by CODEOWNERS, for entities that name none. GitHub's rules: the last line that matches counts; sections of
//! GitLab are passed over, their default owners kept.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{CodeOwners, EntityRef, rules};
use crate::base::{Outcome, Place, RelPath, SourceFile, Span};
use crate::sources::Snapshot;

/// Where the file may be; the first one counts.
const PLACES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
/// Longest file that is read, in bytes; each of its lines is a pattern to hold every path against.
const LONGEST: u64 = 512 * 1024;

/// The CODEOWNERS file of a snapshot.
pub(super) struct OwnerFile {
    patterns: GlobSet,
    /// The line that each pattern stands on.
    lines_of_patterns: Vec<usize>,
    lines: Vec<OwnerLine>,
}

struct OwnerLine {
    place: Place,
    owners: Vec<Owner>,
}

struct Owner {
    kind: &'static str,
    name: String,
}

/// Reads the file, if the snapshot has one. A snapshot of a folder of its repository does not hold the repository's.
pub(super) fn read(snapshot: &Snapshot) -> Outcome<Option<OwnerFile>> {
    let paths = PLACES.iter().filter_map(|path| RelPath::new(path).ok());
    let found = paths.into_iter().find(|path| snapshot.tree.file(path).is_some());
    let Some(path) = found.filter(|_| snapshot.origin.sub_path.is_root()) else { return Outcome::clean(None) };
    let origin = snapshot.origin.label();
    let refuse = |why: String| {
        let finding = rules::CODEOWNERS_UNREADABLE.diagnostic(why).at(Place::file(&*origin, path.as_str()));
        Outcome { value: None, diagnostics: vec![finding] }
    };
    let size = snapshot.tree.file(&path).map_or(0, |file| file.size);
    if size > LONGEST {
        return refuse(format!("`{path}` has {size} bytes, more than the {LONGEST} that are read"));
    }
    let text = match snapshot.tree.read_text(&path, (LONGEST, "entity_file_bytes")) {
        Ok(text) => text,
        Err(error) => return refuse(error.to_string()),
    };
    match parse(&SourceFile::new(&*origin, path.as_str(), text)) {
        Some(file) => Outcome::clean(Some(file)),
        None => refuse(format!("the patterns of `{path}` together are too large")),
    }
}

impl OwnerFile {
    /// Who owns a path; `None` also where the last line that matches names nobody.
    pub fn owners(&self, path: &RelPath, namespace: &str) -> Option<CodeOwners> {
        let last = self.patterns.matches(path.as_str()).into_iter().max()?;
        let line = &self.lines[self.lines_of_patterns[last]];
        let owners: Vec<EntityRef> =
            line.owners.iter().map(|owner| EntityRef::new(owner.kind, namespace, &owner.name)).collect();
        (!owners.is_empty()).then(|| CodeOwners { place: line.place.clone(), owners })
    }
}

fn parse(source: &SourceFile) -> Option<OwnerFile> {
    let text = source.text();
    let mut builder = GlobSetBuilder::new();
    let (mut lines, mut lines_of_patterns) = (Vec::new(), Vec::new());
    let mut defaults: Vec<&str> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let line = line.trim();
        if let Some(section) = line.strip_prefix('^').unwrap_or(line).strip_prefix('[') {
            let behind = section.rsplit_once(']').map_or("", |(_, behind)| behind);
            defaults = words(behind).collect();
            continue;
        }
        let (pattern, rest) = split_pattern(line);
        let globs = globs(&pattern);
        if globs.is_empty() {
            continue;
        }
        let own: Vec<&str> = words(rest).collect();
        let named = if own.is_empty() { &defaults } else { &own };
        for glob in globs {
            let glob = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build();
            if let Ok(glob) = glob {
                builder.add(glob);
                lines_of_patterns.push(lines.len());
            }
        }
        let owners = named.iter().filter_map(|word| owner(word)).collect();
        lines.push(OwnerLine { place: source.place(span), owners });
    }
    Some(OwnerFile { patterns: builder.build().ok()?, lines_of_patterns, lines })
}

/// Words up to a comment.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().take_while(|word| !word.starts_with('#'))
}

/// The pattern, in which a backslash keeps a space, and what follows it.
fn split_pattern(line: &str) -> (String, &str) {
    let mut pattern = String::new();
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => pattern.extend(letters.next().map(|(_, letter)| letter)),
            letter if letter.is_whitespace() => return (pattern, &line[at..]),
            letter => pattern.push(letter),
        }
    }
    (pattern, "")
}

/// A pattern as globs over whole paths; none for comments and for what GitHub does not take: `!` and ranges.
fn globs(pattern: &str) -> Vec<String> {
    let body = pattern.trim_matches('/');
    if body.is_empty() || pattern.starts_with(['#', '!']) || body.contains(['[', ']']) || body.len() > 1000 {
        return Vec::new();
    }
    let body = body.replace('\\', "\\\\").replace('{', "\\{").replace('}', "\\}");
    let anchored = pattern.trim_end_matches('/').contains('/');
    let base = if anchored { body } else { format!("**/{body}") };
    let below = format!("{base}/**");
    match (pattern.ends_with('/'), anchored && (base == "*" || base.ends_with("/*")), base.ends_with("/**")) {
        (true, ..) => vec![below],
        // The files of a folder, not those of its folders.
        (_, true, _) | (_, _, true) => vec![base],
        _ => vec![base, below],
    }
}

/// `@org/team` and `@login`; not e-mail addresses, nor GitLab's `@@roles`.
fn owner(word: &str) -> Option<Owner> {
    let name = word.strip_prefix('@')?;
    let (kind, name) = match name.rsplit_once('/') {
        Some((_, team)) => ("group", team),
        None => ("user", name),
    };
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!name.is_empty() && name.len() <= 63 && name.chars().all(sound)).then(|| Owner { kind, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner_of(file: &str, path: &str) -> Option<(u32, String)> {
        let parsed = parse(&SourceFile::new("r", "CODEOWNERS", file)).unwrap();
        let found = parsed.owners(&RelPath::new(path).unwrap(), "default")?;
        let names: Vec<String> = found.owners.iter().map(ToString::to_string).collect();
        Some((found.place.line, names.join(" ")))
    }

    #[test]
    fn the_last_line_that_matches_counts() {
        for (pattern, path, matches) in [
            ("*", "a/b.yaml", true),
            ("*.yaml", "a/b.yaml", true),
            ("/*.yaml", "a/b.yaml", false),
            ("/*", "a/b.yaml", false),
            ("a/", "x/a/b.yaml", true),
            ("/a/", "x/a/b.yaml", false),
            ("a", "x/a/b/c.yaml", true),
            ("a/b", "x/a/b", false),
            ("a/b", "a/b/c.yaml", true),
            ("a/*", "a/b.yaml", true),
            ("a/*", "a/b/c.yaml", false),
            ("**/b", "x/y/b/c.yaml", true),
            ("a/**/c.yaml", "a/c.yaml", true),
            ("a/**", "a/x/c.yaml", true),
            ("A/", "a/b.yaml", false),
            ("a{b,c}", "ab", false),
            ("[ab].yaml", "a.yaml", false),
            ("!a.yaml", "a.yaml", false),
            ("my\\ files/", "my files/a.yaml", true),
            ("/", "a.yaml", false),
        ] {
            assert_eq!(owner_of(&format!("{pattern} @o/t"), path).is_some(), matches, "{pattern} {path}");
        }
        let file = "# all\n* @o/all\n/api/ @ann me@example.com # words @o/x\n/free/\n/mail/ a@example.com\n";
        let told = |path| owner_of(file, path).map(|(line, name)| format!("{line} {name}"));
        assert_eq!(told("x.yaml").unwrap(), "2 group:default/all");
        assert_eq!(told("api/x.yaml").unwrap(), "3 user:default/ann");
        assert_eq!(told("free/x.yaml"), None);
        assert_eq!(told("mail/x.yaml"), None);
    }

    #[test]
    fn sections_give_their_owners_to_lines_without() {
        let file = "* @o/all\n^[Docs][2] @o/g/docs @@maintainer\ndocs/\nother/ @bob\n[Rest]\nrest/\n";
        assert_eq!(owner_of(file, "docs/a").unwrap().1, "group:default/docs");
        assert_eq!(owner_of(file, "other/a").unwrap().1, "user:default/bob");
        assert_eq!(owner_of(file, "rest/a"), None);
    }
}
