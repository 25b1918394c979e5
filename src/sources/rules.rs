use crate::base::{Rule, Severity};

/// Everything that the harvest can have to say.
pub static RULES: &[&Rule] = &[
    &UNREADABLE,
    &STALE,
    &PANICKED,
    &NAME_REFUSED,
    &LINK_REFUSED,
    &SUBMODULE,
    &NO_FILE,
    &LIMIT,
    &FILE_UNREADABLE,
    &REFUSED_ADDRESS,
    &NO_TOKEN,
    &MORE,
    &STORE_UNREADABLE,
    &BAD_SNAPSHOT,
];

/// A source gave nothing.
pub static UNREADABLE: Rule = Rule {
    code: "CB0201",
    severity: Severity::Error,
    title: "a source could not be read",
    explain: "Nothing of this source is in the portal. The other sources are not touched by it. The message says what \
              failed: a folder that is not there, a repository that cannot be fetched and was never fetched before, a \
              branch that does not exist, or damaged data.",
};

/// An old snapshot stands in.
pub static STALE: Rule = Rule {
    code: "CB0202",
    severity: Severity::Warning,
    title: "a repository could not be fetched; its last known state is shown",
    explain: "The repository did not answer as expected, so the commit that an earlier build fetched is used again. Its \
              pages may be out of date until it can be fetched.",
};

/// A mistake of Callboard's own.
pub static PANICKED: Rule = Rule {
    code: "CB0203",
    severity: Severity::Error,
    title: "reading a source ran into a mistake of Callboard",
    explain: "The source met a case that Callboard does not handle. It is left out and the others are not touched by it. \
              Please report it with the message.",
};

/// A name that no tree should hold.
pub static NAME_REFUSED: Rule = Rule {
    code: "CB0204",
    severity: Severity::Warning,
    title: "a file's name is not safe",
    explain: "Names that are not UTF-8, hold control characters or backslashes, are `.`, `..` or `.git`, occur twice in a \
              folder, or make a path of over 4,096 bytes are skipped, with all that lies below them.",
};

/// A symbolic link that leads nowhere good.
pub static LINK_REFUSED: Rule = Rule {
    code: "CB0205",
    severity: Severity::Warning,
    title: "a symbolic link is not followed",
    explain: "Links are followed to regular files of the same repository. Links that lead out of it, to a folder, to \
              nothing, or round in circles are skipped.",
};

/// A submodule.
pub static SUBMODULE: Rule = Rule {
    code: "CB0206",
    severity: Severity::Note,
    title: "a submodule is not read",
    explain: "A submodule is another repository. Name it as a source of its own to have it in the portal.",
};

/// Something that is no file.
pub static NO_FILE: Rule = Rule {
    code: "CB0207",
    severity: Severity::Warning,
    title: "an entry is neither file nor folder",
    explain: "Pipes, sockets, devices and git entries with unknown modes are skipped.",
};

/// A limit was reached.
pub static LIMIT: Rule = Rule {
    code: "CB0208",
    severity: Severity::Warning,
    title: "a repository is larger than the limits allow",
    explain: "What lies beyond the limit is left out; folders near the root come first. The message names the key of \
              `[limits]` in `site.toml` that raises it.",
};

/// One file could not be looked at.
pub static FILE_UNREADABLE: Rule = Rule {
    code: "CB0209",
    severity: Severity::Warning,
    title: "a file could not be read",
    explain: "The file system or the git object store gave an error for this file or folder. It is left out.",
};

/// The network gate said no.
pub static REFUSED_ADDRESS: Rule = Rule {
    code: "CB0210",
    severity: Severity::Error,
    title: "the address of a source is refused",
    explain: "Addresses must be https, http, ssh or git, name their host plainly and hold no password. Put a token into an \
              environment variable and name that as `token_env` of the source.",
};

/// A token is not there.
pub static NO_TOKEN: Rule = Rule {
    code: "CB0211",
    severity: Severity::Warning,
    title: "the access token of a source is missing or not used",
    explain: "The environment variable that `token_env` names is unset, empty or no plain text, or the address is not https: tokens are never \
              sent over an unencrypted connection. The repository is asked without it.",
};

/// Further findings were dropped.
pub static MORE: Rule = Rule {
    code: "CB0212",
    severity: Severity::Warning,
    title: "a repository has more findings than are shown",
    explain: "Only the first hundred findings about the files of one repository are shown.",
};

/// No snapshots can be read.
pub static STORE_UNREADABLE: Rule = Rule {
    code: "CB0213",
    severity: Severity::Error,
    title: "a store of snapshots could not be read",
    explain: "The store did not answer, refused access, or holds no snapshots. Repositories of an earlier build are shown as they \
              were then, if the cache has them; otherwise nothing of this source is in the portal.",
};

/// One snapshot is not to be trusted.
pub static BAD_SNAPSHOT: Rule = Rule {
    code: "CB0214",
    severity: Severity::Error,
    title: "a snapshot is damaged or breaks the rules",
    explain: "A snapshot in the store is not what its digest says, is larger than the limits allow, or names a file, an address or \
              a commit that no repository could have. It is left out; the others are not touched by it. Run `callboard harvest` \
              in that repository again.",
};
