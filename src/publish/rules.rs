use crate::base::{Rule, Severity};

/// Findings of a publish.
pub static RULES: &[&Rule] =
    &[&NOT_WHOLE, &RACE, &OLDER, &TOO_MANY_DELETES, &NO_CONDITIONS, &LOST_MANIFEST, &BAD_KEY, &INTERRUPTED];

/// There is no site, or a broken one.
pub static NOT_WHOLE: Rule = Rule {
    code: "CB1201",
    severity: Severity::Error,
    title: "the site is not whole, so it is not published",
    explain: "Only a site that is what its manifest says is published: `callboard verify` names the files that are not. \
              `callboard build` puts them right.",
};

/// Somebody else publishes.
pub static RACE: Rule = Rule {
    code: "CB1202",
    severity: Severity::Error,
    title: "another publish is under way",
    explain: "Two publishes to one place cannot both win. The one that came second, or whose claim another one took over, \
              stops; it has deleted nothing. Run it again when the other one is done. `--force` takes the place over at \
              once: use it when you know that the other one is dead, and do not want to wait for its claim to run out.",
};

/// The run number says that the site is an old one.
pub static OLDER: Rule = Rule {
    code: "CB1203",
    severity: Severity::Error,
    title: "a newer site is published already",
    explain: "The published site has a higher `--sequence` than this one, so a slow job was overtaken by a later one. \
              Nothing was changed. `--force` publishes the older site all the same.",
};

/// A suspicious number of files is gone.
pub static TOO_MANY_DELETES: Rule = Rule {
    code: "CB1204",
    severity: Severity::Error,
    title: "more files would go away than `max_delete` allows",
    explain: "A large part of the published files is not in the new site. Most often the build lacks sources that could not \
              be read. If the site did shrink, publish it with a higher `--max-delete`, such as `--max-delete 100%`. Files \
              with a digest in their name are not counted.",
};

/// The lock cannot be trusted.
pub static NO_CONDITIONS: Rule = Rule {
    code: "CB1205",
    severity: Severity::Warning,
    title: "the store ignores conditional writes",
    explain: "The store overwrites an object although it was asked not to, or knows no such requests. The site is published, \
              but two publishes at once are not kept apart: let your CI run one at a time.",
};

/// Files are there, the manifest is not.
pub static LOST_MANIFEST: Rule = Rule {
    code: "CB1206",
    severity: Severity::Warning,
    title: "the place holds files, but no list of them",
    explain: "Callboard's manifest is missing or cannot be read, or the list of files that it names is. So nothing tells what \
              the files there are. Every file of the site is sent; files that are not part of it are taken for somebody \
              else's and stay. Delete them by hand if they are left from an earlier site.",
};

/// A name that no store takes.
pub static BAD_KEY: Rule = Rule {
    code: "CB1207",
    severity: Severity::Error,
    title: "a file's name cannot be the key of an object",
    explain: "Object storage would keep the file under another name, so that its address would lead nowhere. Rename its source.",
};

/// The last publish did not come to its end.
pub static INTERRUPTED: Rule = Rule {
    code: "CB1208",
    severity: Severity::Note,
    title: "an interrupted publish is finished",
    explain: "The last publish to this place was cut off. Every file that it may have written is written again, or retired.",
};
