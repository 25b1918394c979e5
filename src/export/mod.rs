//! The catalog's read API as files: entities, facets and locations in Backstage's JSON shape.
//!
//! | file | call of the API that it answers |
//! | --- | --- |
//! | `api/catalog/entities.json` | `GET /entities`: all entities, in order of their references |
//! | `api/catalog/entities/by-name/<kind>/<namespace>/<name>.json` | `GET /entities/by-name/…`, all three in lower case |
//! | `api/catalog/entity-facets.json` | `GET /entity-facets` with every facet of [`FACETS`] |
//! | `api/catalog/locations.json` | `GET /locations`: the files that the catalog starts from |
//!
//! Only what Backstage would publish is in them. In: a [`Catalog`]. Out: bytes, the same for the same catalog.
//! Must not know: pages and themes.

mod facets;
mod shape;

use rayon::prelude::*;
use serde_json::Value;

use crate::base::Route;
use crate::catalog::{Catalog, Entity};

pub use facets::FACETS;
pub use shape::{entity, locations, published};

/// The read API's files.
pub fn files(catalog: &Catalog) -> Vec<(Route, Vec<u8>)> {
    let published: Vec<&Entity> = shape::published(catalog).collect();
    let one = |entity: &&Entity| {
        let reference = &entity.reference;
        let name = format!("{}.json", reference.name());
        let parts = ["api", "catalog", "entities", "by-name", reference.kind(), reference.namespace(), &name];
        (Route::file(parts), text(&shape::entity(entity)))
    };
    let mut files: Vec<(Route, Vec<u8>)> = published.par_iter().map(one).collect();
    let mut all = Vec::with_capacity(files.iter().map(|(_, entity)| entity.len() + 2).sum::<usize>() + 4);
    for (number, (_, entity)) in files.iter().enumerate() {
        all.extend_from_slice(if number == 0 { b"[\n" } else { b",\n" });
        all.extend_from_slice(entity.trim_ascii_end());
    }
    all.extend_from_slice(if files.is_empty() { b"[]\n" } else { b"\n]\n" });
    let file = |name: &str| Route::file(["api", "catalog", name]);
    files.push((file("entities.json"), all));
    files.push((file("entity-facets.json"), text(&facets::facets(&published))));
    files.push((file("locations.json"), text(&shape::locations(catalog))));
    files
}

/// All published entities, `{"entities": […]}`, in order of their references.
pub fn entities_json(catalog: &Catalog) -> Vec<u8> {
    let mut all = b"{\"entities\": [".to_vec();
    for (number, entity) in shape::published(catalog).enumerate() {
        all.extend_from_slice(if number == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut all, &shape::entity(entity)).expect("a JSON value has string keys");
    }
    all.extend_from_slice(b"\n]}\n");
    all
}

/// All published entities as YAML documents, in order of their references.
pub fn entities_yaml(catalog: &Catalog) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    for entity in shape::published(catalog) {
        text.extend_from_slice(b"---\n");
        serde_yaml::to_writer(&mut text, &shape::entity(entity))?;
    }
    Ok(text)
}

fn text(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec(value).expect("a JSON value has string keys");
    text.push(b'\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Limits;
    use crate::config::CatalogSettings;
    use crate::sources::{Origin, RepoTree, Snapshot};
    use serde_json::json;

    const FILE: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: Shop, tags: [java]}
spec: {type: service, lifecycle: production, owner: sales}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: sales}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: unfinished}
spec: {type: service, owner: sales}
";

    fn catalog() -> Catalog {
        let origin =
            Origin { name: "acme".to_owned(), revision: None, web: None, sub_path: crate::base::RelPath::root() };
        let tree = RepoTree::in_memory([("catalog-info.yaml", FILE)]);
        let snapshot = Snapshot { origin, tree, entity_files: Vec::new(), stale: None };
        crate::catalog::load(&[snapshot], &CatalogSettings::default(), &Limits::default()).value
    }

    #[test]
    fn the_read_api_is_published_as_files() {
        let files = files(&catalog());
        let routes: Vec<&str> = files.iter().map(|(route, _)| route.as_str()).collect();
        assert_eq!(
            routes,
            [
                "api/catalog/entities/by-name/component/default/shop.json",
                "api/catalog/entities/by-name/group/default/sales.json",
                "api/catalog/entities.json",
                "api/catalog/entity-facets.json",
                "api/catalog/locations.json",
            ]
        );
        let json = |at: usize| serde_json::from_slice::<Value>(&files[at].1).expect("JSON");
        assert_eq!(json(2), json!([json(0), json(1)]));
        assert_eq!(json(0)["metadata"]["name"], "Shop");
        // What an entity that is not published declares does not show either.
        assert_eq!(json(1)["relations"], json!([{ "type": "ownerOf", "targetRef": "component:default/shop" }]));
        assert_eq!(json(3)["facets"]["metadata.tags"], json!([{ "value": "java", "count": 1 }]));
        assert_eq!(json(3)["facets"]["kind"].as_array().map(Vec::len), Some(2));
        assert_eq!(json(4)[0]["data"]["target"], "acme/catalog-info.yaml");
    }
}
