//! The inline passes, in their order.

use std::collections::BTreeMap;

use super::attributes::Attributes;
use super::inline::Piece;

/// Runs all passes over the text of one block; gives the attributes that a list at its end gives to the block itself.
pub(super) fn run(_pieces: &mut Vec<Piece<'_>>, _abbreviations: &BTreeMap<String, String>) -> Attributes {
    Attributes::default()
}
