use serde::{Deserialize, Serialize};

use super::analyze::{ANALYZER, REVISION, STEMMER};
use super::files::Files;
use super::front::FrontCoded;
use super::segment::FIELDS;

/// Shards of terms up to which their bounds stand in the manifest; beyond, they stand in files of their own.
const FLAT: usize = 1_024;
/// Bounds in one such file.
const GROUP: usize = 64;
/// Version of the format.
pub(super) const VERSION: u32 = 1;

/// `search/latest.json`: all that a client must know before its first query.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Version of the format.
    pub(super) v: u32,
    #[serde(rename = "gen")]
    /// Name of the directory with the files of this generation.
    pub(super) generation: String,
    /// Analyzer.
    pub(super) an: AnalyzerMark,
    /// Number of documents.
    pub(super) n: u32,
    /// Number of pages.
    pub(super) pages: u32,
    /// Fields in the order of a term's mask.
    pub(super) fields: Vec<FieldMark>,
    /// Pages in one file of rows.
    pub(super) chunk: u32,
    /// First document of each file of rows, as gaps.
    pub(super) d: String,
    /// Where each shard of terms begins, front-coded; of each group of [`GROUP`] shards when `group` is not 0.
    pub(super) b: String,
    /// Shards in a group; 0 when `b` tells every shard.
    pub(super) group: u32,
    /// Names of facets; their order gives the numbers of their files.
    pub(super) facets: Vec<String>,
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

/// Bounds for the manifest and the size of their groups; writes the files of the second level where there is one.
pub(super) fn write_bounds(bounds: &[String], files: &mut Files<'_>) -> (String, u32) {
    if bounds.len() <= FLAT {
        return (front_coded(bounds), 0);
    }
    let mut firsts = Vec::new();
    for (number, group) in bounds.chunks(GROUP).enumerate() {
        files.json(&["b", &format!("{number}.json")], &serde_json::json!({ "b": front_coded(group) }));
        firsts.push(group[0].clone());
    }
    (front_coded(&firsts), GROUP as u32)
}

fn front_coded(words: &[String]) -> String {
    let mut list = FrontCoded::default();
    for word in words {
        list.push(word);
    }
    list.into_text()
}
