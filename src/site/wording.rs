/// Kinds in the order in which people look for them, with singular and plural.
const KINDS: [(&str, &str, &str); 10] = [
    ("component", "Component", "Components"),
    ("api", "API", "APIs"),
    ("system", "System", "Systems"),
    ("domain", "Domain", "Domains"),
    ("resource", "Resource", "Resources"),
    ("group", "Group", "Groups"),
    ("user", "User", "Users"),
    ("template", "Template", "Templates"),
    ("location", "Location", "Locations"),
    ("airesource", "AiResource", "AiResources"),
];

/// Place of a kind in lists; unknown kinds come after the known, in order of their names.
pub(super) fn kind_rank(kind: &str) -> usize {
    KINDS.iter().position(|(known, ..)| *known == kind).unwrap_or(KINDS.len())
}

/// A kind for people: `API`, `Component`. `written` is how an entity of the kind spells it, if there is one.
pub(super) fn kind_label(kind: &str, written: Option<&str>) -> String {
    match KINDS.iter().find(|(known, ..)| *known == kind) {
        Some((_, label, _)) => (*label).to_owned(),
        None => written.filter(|written| !written.is_empty()).map_or_else(|| capitalised(kind), str::to_owned),
    }
}

/// Many of a kind for people: `APIs`, `Components`.
pub(super) fn kind_plural(kind: &str, written: Option<&str>) -> String {
    match KINDS.iter().find(|(known, ..)| *known == kind) {
        Some((.., plural)) => (*plural).to_owned(),
        None => plural(&kind_label(kind, written)),
    }
}

/// Name of the theme's icon for a kind.
pub(super) fn kind_icon(kind: &str) -> String {
    let known = KINDS.iter().any(|(known, ..)| *known == kind);
    if known { format!("kind-{kind}") } else { "kind-other".to_owned() }
}

/// Heading over the targets of one relation, as seen from an entity of kind `from`.
pub(super) fn relation_heading(relation: &str, from: &str, target_kind: &str) -> String {
    let fixed = match relation {
        "ownedBy" => "Owned by",
        "ownerOf" => return format!("Owns {}", lower_plural(target_kind)),
        "partOf" => return format!("Part of {}", lower_label(target_kind)),
        "hasPart" => {
            return match (from, target_kind) {
                ("component", "component") => "Has subcomponents".to_owned(),
                ("domain", "domain") => "Has subdomains".to_owned(),
                (_, kind) => format!("Has {}", lower_plural(kind)),
            };
        }
        "providesApi" => "Provides APIs",
        "apiProvidedBy" => "Provided by",
        "consumesApi" => "Consumes APIs",
        "apiConsumedBy" => "Consumed by",
        "dependsOn" => return format!("Depends on {}", lower_plural(target_kind)),
        "dependencyOf" => "Needed by",
        "parentOf" => "Child groups",
        "childOf" => "Parent group",
        "memberOf" => "Member of",
        "hasMember" => "Members",
        other => return words(other),
    };
    fixed.to_owned()
}

/// Place of a relation on a page.
pub(super) fn relation_rank(relation: &str) -> usize {
    const ORDER: [&str; 14] = [
        "partOf",
        "hasPart",
        "providesApi",
        "apiProvidedBy",
        "consumesApi",
        "apiConsumedBy",
        "dependsOn",
        "dependencyOf",
        "ownedBy",
        "ownerOf",
        "childOf",
        "parentOf",
        "memberOf",
        "hasMember",
    ];
    ORDER.iter().position(|known| *known == relation).unwrap_or(ORDER.len())
}

/// Heading over a group of links.
pub(super) fn link_group(group: &str) -> String {
    match group {
        "source" => "Source code",
        "ci" => "Build and delivery",
        "deployment" => "Deployment",
        "on-call" => "On call",
        "quality" => "Quality",
        "observability" => "Observability",
        "docs" => "Documentation",
        "other" | "" => "Links",
        other => return capitalised(other),
    }
    .to_owned()
}

/// `camelCase` and `kebab-case` as words, the first capitalised; abbreviations stay.
pub(super) fn words(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for character in name.chars() {
        match character {
            '-' | '_' => out.push(' '),
            upper if upper.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) => {
                out.push(' ');
                out.extend(upper.to_lowercase());
            }
            other => out.push(other),
        }
        before = character;
    }
    capitalised(out.trim())
}

/// The first letter upper case.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A count with its noun: `1 page`, `2 pages`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn plural(label: &str) -> String {
    match label.as_bytes() {
        [.., b's' | b'x' | b'z'] => format!("{label}es"),
        [.., before, b'y'] if !b"aeiou".contains(before) => format!("{}ies", &label[..label.len() - 1]),
        _ => format!("{label}s"),
    }
}

fn lower_plural(kind: &str) -> String {
    if kind == "api" { "APIs".to_owned() } else { kind_plural(kind, None).to_lowercase() }
}

fn lower_label(kind: &str) -> String {
    if kind == "api" { "API".to_owned() } else { kind_label(kind, None).to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_model_read_well() {
        assert_eq!(words("subcomponentOf"), "Subcomponent of");
        assert_eq!(words("on-call_rota"), "On call rota");
        assert_eq!(kind_plural("policy", Some("Policy")), "Policies");
        assert_eq!(kind_plural("aimodel", Some("AiModel")), "AiModels");
        assert_eq!(relation_heading("hasPart", "system", "api"), "Has APIs");
        assert_eq!(relation_heading("hasPart", "component", "component"), "Has subcomponents");
        assert_eq!(relation_heading("guardedBy", "component", "group"), "Guarded by");
    }
}
