use serde::{Deserialize, Serialize};

use super::analyze::{ANALYZER, REVISION, STEMMER};
use super::files::Files;
use super::front::FrontCoded;
use super::rows::place_key;
use super::segment::FIELDS;
use super::shards::Bound;

/// Shards of terms up to which their bounds stand in the manifest; beyond, they stand in files of their own.
const FLAT: usize = 1_024;
/// Bounds in one such file.
const GROUP: usize = 64;
/// Version of the format.
pub(super) const VERSION: u32 = 2;

/// `search/latest.json`: all that a client must know before its first query.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Version of the format.
    pub(super) v: u32,
    #[serde(rename = "gen")]
    /// A digest of all that the manifest says otherwise.
    pub(super) generation: String,
    /// Analyzer.
    pub(super) an: AnalyzerMark,
    /// Number of documents.
    pub(super) n: u32,
    /// The number after the last of any document.
    pub(super) end: u32,
    /// Number of pages.
    pub(super) pages: u32,
    /// Fields in the order of a term's mask.
    pub(super) fields: Vec<FieldMark>,
    /// Pages in one file of rows.
    pub(super) chunk: u32,
    /// First document of each file of rows, as gaps.
    pub(super) d: String,
    /// Marks of the files of rows, one for eight.
    pub(super) dm: String,
    /// Where each shard of terms begins, front-coded; of each group of [`GROUP`] shards when `group` is not 0.
    pub(super) b: String,
    /// Marks of these shards or groups.
    pub(super) bm: String,
    /// Shards in a group; 0 when `b` tells every shard.
    pub(super) group: u32,
    /// Mark of the file with the marks of all files of positions.
    pub(super) p: String,
    /// Terms that count as stop words, separated by spaces.
    pub(super) common: String,
    /// Names of facets.
    pub(super) facets: Vec<String>,
    /// Mark of the files of facets.
    pub(super) f: String,
    /// Names of the files of words to suggest, separated by spaces.
    pub(super) w: String,
}

/// What a query must be analysed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AnalyzerMark {
    pub(super) id: String,
    pub(super) rev: u32,
    pub(super) stem: String,
}

/// A field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FieldMark {
    pub(super) name: String,
    pub(super) boost: f32,
    pub(super) tokens: u64,
    pub(super) pos: bool,
    /// Whether its length counts.
    pub(super) len: bool,
}

/// The analyzer of this program.
pub(super) fn analyzer_mark() -> AnalyzerMark {
    AnalyzerMark { id: ANALYZER.to_owned(), rev: REVISION, stem: STEMMER.to_owned() }
}

/// The fields with their numbers of tokens.
pub(super) fn field_marks(tokens: &[u64]) -> Vec<FieldMark> {
    FIELDS
        .iter()
        .zip(tokens)
        .map(|(rule, &tokens)| FieldMark {
            name: rule.name.to_owned(),
            boost: rule.boost,
            tokens,
            pos: rule.positions,
            len: rule.lengths,
        })
        .collect()
}

/// Bounds and marks for the manifest and the size of their groups; writes the files of the second level where there is one.
pub(super) fn write_bounds(shards: &[Bound], files: &mut Files<'_>) -> (String, String, u32) {
    let columns = |bounds: &[Bound]| {
        let mut list = FrontCoded::default();
        bounds.iter().for_each(|bound| list.push(&bound.text));
        (list.into_text(), bounds.iter().map(|bound| bound.mark.as_str()).collect::<String>())
    };
    if shards.len() <= FLAT {
        let (bounds, marks) = columns(shards);
        return (bounds, marks, 0);
    }
    let mut groups = Vec::new();
    for group in shards.chunks(GROUP) {
        let (bounds, marks) = columns(group);
        let value = serde_json::json!({ "b": bounds, "bm": marks });
        let text = group[0].text.clone();
        groups.push(Bound { mark: files.part("b", &place_key(&text), &value), text });
    }
    let (bounds, marks) = columns(&groups);
    (bounds, marks, GROUP as u32)
}
