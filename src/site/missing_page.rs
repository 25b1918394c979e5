use serde::Serialize;

use super::addresses;
use super::model::Page;
use super::view::{Chip, Frame, chip, kind_crumb};
use super::wording::{kind_icon, kind_label, words};
use super::world::World;

/// Most referrers that a page lists; the rest is counted.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct MissingModel {
    name: String,
    namespace: String,
    reference: String,
    kind: String,
    kind_label: String,
    icon: String,
    referrers: Vec<Referrer>,
    count: usize,
    more: usize,
    /// A descriptor that would add it.
    example: String,
}

#[derive(Serialize)]
struct Referrer {
    relation: String,
    entity: Chip,
}

/// Pages of entities that others refer to and nobody describes.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    world
        .missing
        .iter()
        .filter_map(|(reference, referrers)| {
            let route = world.addresses.entity(reference)?;
            let mut list: Vec<Referrer> = referrers
                .iter()
                .map(|(relation, entity)| Referrer {
                    relation: words(relation).to_lowercase(),
                    entity: chip(world, route, &entity.reference, None),
                })
                .collect();
            list.sort_by_cached_key(|referrer| {
                (referrer.relation.clone(), referrer.entity.title.to_lowercase(), referrer.entity.reference.clone())
            });
            list.truncate(SHOWN);
            let label = kind_label(reference.kind(), None);
            let model = MissingModel {
                name: reference.name().to_owned(),
                namespace: reference.namespace().to_owned(),
                reference: reference.to_string(),
                kind: reference.kind().to_owned(),
                icon: kind_icon(reference.kind()),
                count: referrers.len(),
                more: referrers.len() - list.len(),
                referrers: list,
                example: example(reference, &label),
                kind_label: label,
            };
            let title = reference.shortened(Some(reference.kind()));
            let mut frame = Frame::new(route, "catalog", title).crumb(route, "Catalog", &addresses::catalog());
            frame.breadcrumbs.push(kind_crumb(world, route, reference.kind(), None));
            Some(frame.page(route.clone(), "missing.html", &model))
        })
        .collect()
}

fn example(reference: &crate::catalog::EntityRef, label: &str) -> String {
    let namespace = match reference.namespace() {
        "default" => String::new(),
        namespace => format!("  namespace: {namespace}\n"),
    };
    let spec = match reference.kind() {
        "group" => "  type: team\n  children: []\n",
        "user" => "  memberOf: []\n",
        "system" | "domain" => "  owner: …\n",
        "resource" => "  type: …\n  owner: …\n",
        "api" => "  type: openapi\n  lifecycle: production\n  owner: …\n  definition: …\n",
        _ => "  type: …\n  lifecycle: production\n  owner: …\n",
    };
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: {label}\nmetadata:\n  name: {}\n{namespace}spec:\n{spec}",
        reference.name()
    )
}
