use crate::base::{Rule, Severity};

/// All rules of this module.
pub static RULES: &[&Rule] = &[&SAME_ADDRESS, &FILE_UNREADABLE, &COMPONENT];

/// Two pages want one address.
pub(super) static SAME_ADDRESS: Rule = Rule {
    code: "CB0911",
    severity: Severity::Warning,
    title: "two pages have the same address",
    explain: "Addresses are made from names, and two pages came to the same one, for example a documentation page and a redirect \
              of the same book. The first is published and the other left out. Rename one of them, or drop the redirect.",
};

/// A file of a repository that pages show could not be published.
pub static FILE_UNREADABLE: Rule = Rule {
    code: "CB0912",
    severity: Severity::Warning,
    title: "a file beside the documentation could not be published",
    explain: "The file is larger than `limits.asset_bytes` allows, or the repository's store could not give it. Pages that show it show \
              its name instead.",
};

/// A component on a page of the portal's own that shows nothing.
pub(super) static COMPONENT: Rule = Rule {
    code: "CB0913",
    severity: Severity::Warning,
    title: "a component of a page shows nothing",
    explain: "A page of the portal's own may hold `entity-card`, `entity-list` and `team-card` as fenced blocks. An entity card and a \
              team card name one entity that the catalog has; a list has lines `key = value` with the keys `kind`, `type`, `owner`, \
              `system`, `lifecycle`, `tag`, `namespace` and `limit`. In the place of the component the page says what is wrong.",
};
