//! The kinds that the catalog knows: their fields and their relations, as data.

use crate::config::CatalogModel;

/// A kind.
#[derive(Debug)]
pub(super) struct KindSpec {
    pub kind: &'static str,
    pub api_versions: &'static [&'static str],
    /// Fields of `spec`.
    pub fields: &'static [Field],
    /// Whether `spec` itself must be there although no field of it is required.
    pub needs_spec: bool,
    /// Fields of `spec` that refer to other entities.
    pub relations: &'static [RelationField],
}

/// A field of a map.
#[derive(Debug)]
pub(super) struct Field {
    pub name: &'static str,
    pub required: bool,
    pub shape: Shape,
}

/// What a field may hold.
#[derive(Debug)]
pub(super) enum Shape {
    /// A non-empty string.
    Text,
    /// A string, also an empty one.
    AnyText,
    /// A string of at most so many characters.
    ShortText(usize),
    /// A list of non-empty strings.
    Texts,
    /// A list of strings, also empty ones.
    AnyTexts,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A string or a boolean.
    TextOrBool,
    /// A boolean.
    Bool,
    /// A map with these fields, and others.
    Map(&'static [Field]),
    /// A map with these fields; all others must be strings.
    MapOfTexts(&'static [Field]),
    /// A list of maps; at least so many.
    Maps(usize, &'static [Field]),
    /// A map, or a list of maps.
    MapOrMaps,
    /// Anything.
    Any,
}

/// A field of `spec` that refers to entities, and the relations that it makes.
#[derive(Debug)]
pub(super) struct RelationField {
    pub field: &'static str,
    /// Kind of a reference that names none; `None`: it must be written.
    pub default_kind: Option<&'static str>,
    pub forward: &'static str,
    pub reverse: &'static str,
    /// Kinds (lower case) that `layers` allows; empty: any.
    pub targets: &'static [&'static str],
    /// Kinds (lower case) of targets that get the reverse in `layers`.
    pub reverse_on: &'static [&'static str],
    /// Only for this `spec.type`.
    pub only_type: Option<&'static str>,
}

use Shape::{
    Any, AnyText, AnyTexts, Bool, Map, MapOfTexts, MapOrMaps, Maps, OneOf, ShortText, Text, TextOrBool, Texts,
};

const fn must(name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, shape }
}

const fn may(name: &'static str, shape: Shape) -> Field {
    Field { name, required: false, shape }
}

const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];
const PROFILE: Shape = Map(&[may("displayName", Text), may("email", Text), may("picture", Text)]);

const fn relation(
    field: &'static str,
    default_kind: Option<&'static str>,
    forward: &'static str,
    reverse: &'static str,
    targets: &'static [&'static str],
    reverse_on: &'static [&'static str],
) -> RelationField {
    RelationField { field, default_kind, forward, reverse, targets, reverse_on, only_type: None }
}

const OWNER: RelationField =
    relation("owner", Some("Group"), "ownedBy", "ownerOf", &["group", "user"], &["group", "user"]);
const SYSTEM: RelationField = relation("system", Some("System"), "partOf", "hasPart", &[], &["component", "system"]);
const DEPENDS_ON: RelationField =
    relation("dependsOn", None, "dependsOn", "dependencyOf", &[], &["component", "resource"]);
const DEPENDENCY_OF: RelationField =
    relation("dependencyOf", None, "dependencyOf", "dependsOn", &[], &["component", "resource"]);

/// All kinds, those of `layers` last.
static KINDS: &[KindSpec] = &[
    KindSpec {
        kind: "Component",
        api_versions: CORE,
        fields: &[
            must("type", Text),
            must("lifecycle", Text),
            must("owner", Text),
            may("system", Text),
            may("subcomponentOf", Text),
            may("providesApis", Texts),
            may("consumesApis", Texts),
            may("dependsOn", Texts),
            may("dependencyOf", Any),
        ],
        needs_spec: true,
        relations: &[
            OWNER,
            SYSTEM,
            relation("subcomponentOf", Some("Component"), "partOf", "hasPart", &[], &["component", "system"]),
            relation("providesApis", Some("API"), "providesApi", "apiProvidedBy", &[], &["api"]),
            relation("consumesApis", Some("API"), "consumesApi", "apiConsumedBy", &[], &["api"]),
            DEPENDS_ON,
            DEPENDENCY_OF,
        ],
    },
    KindSpec {
        kind: "API",
        api_versions: CORE,
        fields: &[
            must("type", Text),
            must("lifecycle", Text),
            must("owner", Text),
            must("definition", Text),
            may("system", Text),
        ],
        needs_spec: true,
        relations: &[OWNER, SYSTEM],
    },
    KindSpec {
        kind: "Resource",
        api_versions: CORE,
        fields: &[
            must("type", Text),
            must("owner", Text),
            may("system", Text),
            may("dependsOn", Texts),
            may("dependencyOf", Any),
        ],
        needs_spec: true,
        relations: &[OWNER, SYSTEM, DEPENDS_ON, DEPENDENCY_OF],
    },
    KindSpec {
        kind: "System",
        api_versions: CORE,
        fields: &[must("owner", Text), may("domain", Text), may("type", Text)],
        needs_spec: true,
        relations: &[OWNER, relation("domain", Some("Domain"), "partOf", "hasPart", &[], &["domain"])],
    },
    KindSpec {
        kind: "Domain",
        api_versions: CORE,
        fields: &[must("owner", Text), may("subdomainOf", Text), may("type", Text)],
        needs_spec: true,
        relations: &[OWNER, relation("subdomainOf", Some("Domain"), "partOf", "hasPart", &[], &["domain"])],
    },
    KindSpec {
        kind: "Group",
        api_versions: CORE,
        fields: &[
            must("type", Text),
            must("children", Texts),
            may("parent", Text),
            may("members", Texts),
            may("profile", PROFILE),
        ],
        needs_spec: true,
        relations: &[
            relation("parent", Some("Group"), "childOf", "parentOf", &["group"], &["group"]),
            relation("children", Some("Group"), "parentOf", "childOf", &["group"], &["group"]),
            relation("members", Some("User"), "hasMember", "memberOf", &["user"], &["user"]),
        ],
    },
    KindSpec {
        kind: "User",
        api_versions: CORE,
        fields: &[must("memberOf", Texts), may("profile", PROFILE)],
        needs_spec: true,
        relations: &[relation("memberOf", Some("Group"), "memberOf", "hasMember", &["group"], &["group"])],
    },
    KindSpec {
        kind: "Location",
        api_versions: CORE,
        fields: &[
            may("type", Text),
            may("target", Text),
            may("targets", Texts),
            may("presence", OneOf(&["required", "optional"])),
        ],
        needs_spec: true,
        relations: &[],
    },
    KindSpec {
        kind: "Template",
        api_versions: &["scaffolder.backstage.io/v1beta3"],
        fields: &[
            must("type", Text),
            must(
                "steps",
                Maps(
                    0,
                    &[
                        must("action", AnyText),
                        may("id", AnyText),
                        may("name", AnyText),
                        may("input", Map(&[])),
                        may("if", TextOrBool),
                        may("backstage:permissions", Map(&[may("tags", AnyTexts)])),
                    ],
                ),
            ),
            may("owner", Text),
            may("lifecycle", Text),
            may("parameters", MapOrMaps),
            may("secrets", Map(&[may("schema", Map(&[]))])),
            may(
                "presentation",
                Map(&[may(
                    "buttonLabels",
                    Map(&[
                        may("backButtonText", AnyText),
                        may("createButtonText", AnyText),
                        may("reviewButtonText", AnyText),
                    ]),
                )]),
            ),
            may("formDecorators", Maps(0, &[may("id", AnyText), may("input", Map(&[]))])),
            may("EXPERIMENTAL_formDecorators", Maps(0, &[may("id", AnyText), may("input", Map(&[]))])),
            may("EXPERIMENTAL_recovery", Map(&[may("EXPERIMENTAL_strategy", AnyText)])),
            may(
                "output",
                MapOfTexts(&[
                    may(
                        "links",
                        Maps(
                            0,
                            &[
                                may("url", Text),
                                may("entityRef", Text),
                                may("title", Text),
                                may("icon", Text),
                                may("if", TextOrBool),
                            ],
                        ),
                    ),
                    may(
                        "text",
                        Maps(
                            0,
                            &[
                                may("title", Text),
                                may("icon", Text),
                                may("content", AnyText),
                                may("default", Bool),
                                may("if", TextOrBool),
                            ],
                        ),
                    ),
                ]),
            ),
        ],
        needs_spec: true,
        relations: &[OWNER],
    },
];

static MCP_SERVER: KindSpec = KindSpec {
    kind: "API",
    api_versions: CORE,
    fields: &[
        must("type", Text),
        must("lifecycle", Text),
        must("owner", Text),
        must("remotes", Maps(1, &[must("type", Text), must("url", Text)])),
        may("definition", Text),
        may("system", Text),
    ],
    needs_spec: true,
    relations: &[OWNER, SYSTEM],
};

const AI: &[&str] = &["airesource"];

static AI_RELATIONS: &[RelationField] = &[
    OWNER,
    relation("system", Some("System"), "partOf", "hasPart", &["system"], &["system"]),
    RelationField {
        only_type: Some("skill"),
        ..relation("dependsOn", Some("AiResource"), "dependsOn", "dependencyOf", AI, AI)
    },
    RelationField { only_type: Some("plugin"), ..relation("skills", Some("AiResource"), "hasPart", "partOf", AI, AI) },
    RelationField {
        only_type: Some("marketplace"),
        ..relation("plugins", Some("AiResource"), "hasPart", "partOf", AI, AI)
    },
];

const fn ai_resource(fields: &'static [Field]) -> KindSpec {
    KindSpec {
        kind: "AiResource",
        api_versions: &["backstage.io/v1alpha1"],
        fields,
        needs_spec: true,
        relations: AI_RELATIONS,
    }
}

static AI_OTHER: KindSpec =
    ai_resource(&[must("type", Text), must("lifecycle", Text), must("owner", Text), may("system", Text)]);
static AI_SKILL: KindSpec = ai_resource(&[
    must("type", Text),
    must("lifecycle", Text),
    must("owner", Text),
    may("system", Text),
    may("disciplines", Texts),
    may("categories", Texts),
    may("agents", Texts),
    may("dependsOn", Texts),
    may("allowedTools", Text),
    may("license", Text),
    may("compatibility", ShortText(500)),
]);
static AI_RULE: KindSpec = ai_resource(&[
    must("type", Text),
    must("lifecycle", Text),
    must("owner", Text),
    may("system", Text),
    must("category", Text),
    must("rationale", Text),
    may("disciplines", Texts),
]);
static AI_PLUGIN: KindSpec = ai_resource(&[
    must("type", Text),
    must("lifecycle", Text),
    must("owner", Text),
    may("system", Text),
    must("skills", Texts),
    may("version", Text),
]);
static AI_MARKETPLACE: KindSpec = ai_resource(&[
    must("type", Text),
    must("lifecycle", Text),
    must("owner", Text),
    may("system", Text),
    must("plugins", Texts),
    may("version", Text),
]);

/// The kind as written, if the model knows it; `entity_type` is its `spec.type`, which some kinds depend on.
pub(super) fn find(model: CatalogModel, kind: &str, entity_type: Option<&str>) -> Option<&'static KindSpec> {
    if model == CatalogModel::Layers {
        match (kind, entity_type) {
            ("API", Some("mcp-server")) => return Some(&MCP_SERVER),
            ("AiResource", Some("skill")) => return Some(&AI_SKILL),
            ("AiResource", Some("rule")) => return Some(&AI_RULE),
            ("AiResource", Some("plugin")) => return Some(&AI_PLUGIN),
            ("AiResource", Some("marketplace")) => return Some(&AI_MARKETPLACE),
            ("AiResource", _) => return Some(&AI_OTHER),
            _ => {}
        }
    }
    KINDS.iter().find(|spec| spec.kind == kind)
}

/// All kinds of a model, each with the `spec.type` that it holds for, if it is for one only.
pub(super) fn all(model: CatalogModel) -> Vec<(Option<&'static str>, &'static KindSpec)> {
    let mut all: Vec<_> = KINDS.iter().map(|kind| (None, kind)).collect();
    if model == CatalogModel::Layers {
        all.extend([
            (Some("mcp-server"), &MCP_SERVER),
            (Some("skill"), &AI_SKILL),
            (Some("rule"), &AI_RULE),
            (Some("plugin"), &AI_PLUGIN),
            (Some("marketplace"), &AI_MARKETPLACE),
            (None, &AI_OTHER),
        ]);
    }
    all
}

/// Names of the kinds that the model knows.
pub fn names(model: CatalogModel) -> impl Iterator<Item = &'static str> {
    let ai = (model == CatalogModel::Layers).then_some("AiResource");
    KINDS.iter().map(|spec| spec.kind).chain(ai)
}

/// Fields whose lists of strings are published sorted, whatever the kind (builtin).
pub(super) const SORTED_FIELDS: &[&str] =
    &["providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members"];
