/// What a run of code is. Everything a grammar can tell is folded into these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::markdown) enum Class {
    Plain,
    Keyword,
    String,
    Comment,
    Number,
    Function,
    Type,
    Variable,
    Constant,
    Operator,
    Tag,
    Attribute,
    Builtin,
    Inserted,
    Deleted,
    Heading,
    Prompt,
}

impl Class {
    /// Its class name in HTML; the theme gives it a colour.
    pub(in crate::markdown) fn name(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Keyword => "h-k",
            Self::String => "h-s",
            Self::Comment => "h-c",
            Self::Number => "h-n",
            Self::Function => "h-f",
            Self::Type => "h-t",
            Self::Variable => "h-v",
            Self::Constant => "h-l",
            Self::Operator => "h-o",
            Self::Tag => "h-g",
            Self::Attribute => "h-a",
            Self::Builtin => "h-b",
            Self::Inserted => "h-i",
            Self::Deleted => "h-d",
            Self::Heading => "h-h",
            Self::Prompt => "h-p",
        }
    }
}
