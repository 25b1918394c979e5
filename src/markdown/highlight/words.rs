//! Languages made of words, strings and comments, as tables for one lexer.

/// What the lexer of [`super::code`] has to know of a language.
#[derive(Debug)]
pub(super) struct Grammar {
    /// Names under which [`super::language::canonical`] knows it.
    pub(super) names: &'static [&'static str],
    /// What begins a comment up to the end of the line.
    pub(super) line_comments: &'static [&'static str],
    /// What a comment over lines stands between.
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// Marks of strings; longer ones first. A backslash escapes in all but those of `raw`.
    pub(super) strings: &'static [&'static str],
    /// Those among them that go over lines.
    pub(super) long: &'static [&'static str],
    /// Those among them without escapes.
    pub(super) raw: &'static [&'static str],
    pub(super) keywords: &'static [&'static str],
    pub(super) constants: &'static [&'static str],
    pub(super) types: &'static [&'static str],
    pub(super) builtins: &'static [&'static str],
    /// Words in capitals are the same words.
    pub(super) ignore_case: bool,
    /// Names that begin with a capital are types.
    pub(super) capital_types: bool,
    /// `@name` is an annotation.
    pub(super) annotations: bool,
    /// `name =` at the start of a line names an attribute.
    pub(super) assignments: bool,
    /// `'a` is a lifetime and `#[…]` an attribute.
    pub(super) rust: bool,
}

const C_LIKE: Grammar = Grammar {
    names: &[],
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    strings: &["\"", "'"],
    long: &[],
    raw: &[],
    keywords: &[],
    constants: &["false", "null", "true"],
    types: &[],
    builtins: &[],
    ignore_case: false,
    capital_types: true,
    annotations: false,
    assignments: false,
    rust: false,
};

/// The languages; word lists are sorted, since they are searched by halving.
#[rustfmt::skip]
pub(super) static GRAMMARS: &[Grammar] = &[
    Grammar {
        names: &["rust"],
        strings: &["\""],
        long: &["\""],
        keywords: &[
            "as", "async", "await", "box", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
            "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro_rules", "match", "mod", "move", "mut",
            "pub", "ref", "return", "static", "struct", "super", "trait", "type", "union", "unsafe", "use", "where",
            "while", "yield",
        ],
        constants: &["Err", "None", "Ok", "Some", "false", "true"],
        types: &[
            "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32",
            "u64", "u8", "usize",
        ],
        builtins: &["self"],
        rust: true,
        ..C_LIKE
    },
    Grammar {
        names: &["go"],
        strings: &["\"", "'", "`"],
        long: &["`"],
        raw: &["`"],
        keywords: &[
            "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func",
            "go", "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct",
            "switch", "type", "var",
        ],
        constants: &["false", "iota", "nil", "true"],
        types: &[
            "any", "bool", "byte", "complex128", "complex64", "error", "float32", "float64", "int", "int16",
            "int32", "int64", "int8", "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
        ],
        builtins: &[
            "append", "cap", "close", "copy", "delete", "len", "make", "new", "panic", "print", "println",
            "recover",
        ],
        capital_types: false,
        ..C_LIKE
    },
    Grammar {
        names: &["javascript", "typescript", "tsx", "jsx"],
        strings: &["\"", "'", "`"],
        long: &["`"],
        keywords: &[
            "abstract", "as", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger",
            "declare", "default", "delete", "do", "else", "enum", "export", "extends", "finally", "for", "from",
            "function", "get", "if", "implements", "import", "in", "instanceof", "interface", "keyof", "let",
            "namespace", "new", "of", "private", "protected", "public", "readonly", "return", "satisfies", "set",
            "static", "super", "switch", "throw", "try", "type", "typeof", "var", "void", "while", "with", "yield",
        ],
        constants: &["Infinity", "NaN", "false", "null", "true", "undefined"],
        types: &["any", "bigint", "boolean", "never", "number", "object", "string", "symbol", "unknown"],
        builtins: &["console", "document", "exports", "globalThis", "module", "process", "require", "this", "window"],
        annotations: true,
        ..C_LIKE
    },
    Grammar {
        names: &["java", "kotlin", "scala", "groovy", "cs", "dart", "swift"],
        strings: &["\"\"\"", "\"", "'"],
        long: &["\"\"\""],
        keywords: &[
            "abstract", "as", "assert", "async", "await", "break", "by", "case", "catch", "class", "companion",
            "const", "constructor", "continue", "data", "def", "default", "do", "else", "enum", "extends",
            "extension", "final", "finally", "for", "foreach", "fun", "func", "guard", "if", "implements",
            "implicit", "import", "in", "init", "instanceof", "interface", "internal", "is", "lateinit", "lazy",
            "let", "match", "namespace", "native", "new", "object", "open", "operator", "out", "override",
            "package", "permits", "private", "protected", "protocol", "public", "readonly", "record", "required",
            "return", "sealed", "static", "struct", "suspend", "switch", "synchronized", "throw", "throws", "trait",
            "transient", "try", "typealias", "using", "val", "var", "virtual", "void", "volatile", "when", "where",
            "while", "with", "yield",
        ],
        constants: &["false", "nil", "null", "true"],
        types: &[
            "bool", "boolean", "byte", "char", "decimal", "double", "float", "int", "long", "object", "short",
            "string",
        ],
        builtins: &["self", "super", "this"],
        annotations: true,
        ..C_LIKE
    },
    Grammar {
        names: &["c", "cpp"],
        keywords: &[
            "auto", "break", "case", "catch", "class", "const", "constexpr", "continue", "default", "delete", "do",
            "else", "enum", "explicit", "extern", "final", "for", "friend", "goto", "if", "inline", "namespace",
            "new", "noexcept", "operator", "override", "private", "protected", "public", "register", "return",
            "sizeof", "static", "struct", "switch", "template", "throw", "try", "typedef", "typename", "union",
            "using", "virtual", "volatile", "while",
        ],
        constants: &["NULL", "false", "nullptr", "true"],
        types: &[
            "bool", "char", "double", "float", "int", "int16_t", "int32_t", "int64_t", "int8_t", "long", "short",
            "signed", "size_t", "uint16_t", "uint32_t", "uint64_t", "uint8_t", "unsigned", "void",
        ],
        builtins: &["this"],
        ..C_LIKE
    },
    Grammar {
        names: &["python"],
        line_comments: &["#"],
        block_comment: None,
        strings: &["\"\"\"", "'''", "\"", "'"],
        long: &["\"\"\"", "'''"],
        keywords: &[
            "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def", "del", "elif",
            "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match",
            "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
        ],
        constants: &["Ellipsis", "False", "None", "NotImplemented", "True"],
        types: &[
            "bool", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "set", "str",
            "tuple", "type",
        ],
        builtins: &[
            "abs", "all", "any", "cls", "enumerate", "filter", "format", "getattr", "hasattr", "input",
            "isinstance", "iter", "len", "map", "max", "min", "next", "open", "print", "range", "repr", "reversed",
            "round", "self", "setattr", "sorted", "sum", "super", "zip",
        ],
        annotations: true,
        ..C_LIKE
    },
    Grammar {
        names: &["ruby", "rb"],
        line_comments: &["#"],
        block_comment: None,
        keywords: &[
            "alias", "and", "begin", "break", "case", "class", "def", "defined?", "do", "else", "elsif", "end",
            "ensure", "for", "if", "in", "module", "next", "not", "or", "raise", "redo", "rescue", "retry",
            "return", "super", "then", "undef", "unless", "until", "when", "while", "yield",
        ],
        constants: &["false", "nil", "true"],
        builtins: &["attr_accessor", "attr_reader", "include", "puts", "require", "require_relative", "self"],
        ..C_LIKE
    },
    Grammar {
        names: &["hcl"],
        line_comments: &["#", "//"],
        strings: &["\""],
        keywords: &[
            "check", "data", "dynamic", "for", "for_each", "if", "import", "in", "locals", "module", "moved",
            "output", "provider", "resource", "terraform", "variable",
        ],
        types: &["any", "bool", "list", "map", "number", "object", "set", "string", "tuple"],
        builtins: &["each", "local", "path", "self", "var"],
        capital_types: false,
        assignments: true,
        ..C_LIKE
    },
    Grammar {
        names: &["sql"],
        line_comments: &["--"],
        strings: &["'", "\""],
        long: &["'"],
        raw: &["'", "\""],
        keywords: &[
            "add", "all", "alter", "and", "as", "asc", "begin", "between", "by", "cascade", "case", "check",
            "column", "commit", "constraint", "create", "cross", "database", "default", "delete", "desc",
            "distinct", "drop", "else", "end", "exists", "foreign", "from", "full", "function", "grant", "group",
            "having", "if", "in", "index", "inner", "insert", "into", "is", "join", "key", "left", "like", "limit",
            "not", "offset", "on", "or", "order", "outer", "primary", "references", "returning", "right", "role",
            "rollback", "schema", "select", "set", "table", "then", "to", "trigger", "truncate", "union", "unique",
            "update", "user", "using", "values", "view", "when", "where", "with",
        ],
        constants: &["false", "null", "true"],
        types: &[
            "bigint", "boolean", "char", "date", "decimal", "int", "integer", "json", "jsonb", "numeric", "serial",
            "text", "timestamp", "timestamptz", "uuid", "varchar",
        ],
        ignore_case: true,
        capital_types: false,
        ..C_LIKE
    },
    Grammar {
        names: &["proto", "graphql", "thrift"],
        line_comments: &["//", "#"],
        keywords: &[
            "directive", "enum", "extend", "extends", "fragment", "implements", "import", "input", "interface",
            "message", "mutation", "oneof", "option", "optional", "package", "public", "query", "repeated",
            "required", "reserved", "returns", "rpc", "scalar", "schema", "service", "stream", "subscription",
            "syntax", "type", "union",
        ],
        types: &[
            "bool", "bytes", "double", "fixed32", "fixed64", "float", "int32", "int64", "map", "string", "uint32",
            "uint64",
        ],
        annotations: true,
        ..C_LIKE
    },
];

/// The table of a language.
pub(super) fn grammar(language: &str) -> Option<&'static Grammar> {
    GRAMMARS.iter().find(|grammar| grammar.names.contains(&language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted() {
        for grammar in GRAMMARS {
            for words in [grammar.keywords, grammar.constants, grammar.types, grammar.builtins] {
                assert!(words.is_sorted(), "{:?}: {words:?}", grammar.names);
            }
        }
    }
}
