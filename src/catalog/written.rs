use super::node::Node;
use super::parse::parse;
use super::reference::EntityRef;
use super::relation;
use super::validate;
use super::{Entity, kinds};
use crate::base::{Limits, Place, SourceFile, Span};
use crate::config::CatalogModel;

/// An entity's YAML with the places of its values: read again from [`Entity::source`] when somebody asks.
#[derive(Debug)]
pub struct Written {
    root: Node,
    source: SourceFile,
    start: Place,
}

impl Written {
    /// Of one entity; `None` if its text cannot be read any more, which does not happen to entities of a catalog.
    pub fn of(entity: &Entity, limits: &Limits) -> Option<Self> {
        let root = parse(&entity.source, limits).into_iter().next()?.root?;
        let place = &entity.place;
        let source = SourceFile::new(place.origin.as_str(), place.path.as_str(), entity.source.as_str());
        Some(Self { root, source, start: place.clone() })
    }

    /// References as their fields mean them, each with its place, in the order of the kind's fields.
    pub fn references(&self, model: CatalogModel) -> Vec<(EntityRef, Place)> {
        let Ok(envelope) = validate::envelope(&self.root) else { return Vec::new() };
        let entity_type = self.root.get("spec").and_then(|spec| spec.get("type")).and_then(Node::text);
        let Some(known) = kinds::find(model, &envelope.kind, entity_type) else { return Vec::new() };
        relation::edges(&self.root, &envelope, known, model, &mut Vec::new())
            .into_iter()
            .map(|edge| (edge.target, self.shifted(edge.span)))
            .collect()
    }

    /// Where the value of a path of keys stands.
    pub fn place(&self, path: &[&str]) -> Option<Place> {
        let node = path.iter().try_fold(&self.root, |node, key| node.get(key))?;
        Some(self.shifted(node.span))
    }

    /// Where a line (1-based) of the text of a value stands, if the value is written line by line; else the value's place.
    pub fn place_of_line(&self, path: &[&str], line: u32) -> Option<Place> {
        let node = path.iter().try_fold(&self.root, |node, key| node.get(key))?;
        let wanted = node.text()?.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        let start = node.span.start as usize;
        let mut at = self.source.text()[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let mut lines = self.source.text()[at..].split_inclusive('\n');
        let skipped = lines.by_ref().take(line.saturating_sub(1) as usize).map(str::len).sum::<usize>();
        let found = lines.next().unwrap_or_default();
        at += skipped;
        if wanted.trim().is_empty() || found.trim() != wanted.trim() {
            return Some(self.shifted(node.span));
        }
        let from = at + found.len() - found.trim_start().len();
        Some(self.shifted(Span::new(from, from + found.trim().len())))
    }

    /// Places in the entity's text, counted from the start of its file.
    fn shifted(&self, span: Span) -> Place {
        let mut place = self.source.place(span);
        if place.line == 1 {
            place.column += self.start.column.saturating_sub(1);
            place.text.clone_from(&self.start.text);
        }
        place.line += self.start.line.saturating_sub(1);
        place
    }
}
