use serde::Serialize;

use super::model::Page;
use super::plugin_view::{Shown, stamps};
use super::view::Frame;
use super::world::World;
use crate::base::Route;
use crate::plugins::{PluginPage, State, page_route};

#[derive(Serialize)]
struct Model {
    heading: String,
    plugin: String,
    state: State,
    html: String,
    stamps: Vec<Shown>,
}

/// Pages that plugins have of their own.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    world.enrichment.pages.iter().map(page).collect()
}

fn page(of: &PluginPage) -> Page {
    let route = route(of);
    let model = Model {
        heading: of.title.clone(),
        plugin: of.plugin_title.clone(),
        state: of.state,
        html: of.html.as_str().to_owned(),
        stamps: stamps(&of.stamps),
    };
    Frame::new(&route, "plugins", &of.title).page(route.clone(), "plugin.html", &model)
}

/// Where a page of a plugin is.
pub(super) fn route(of: &PluginPage) -> Route {
    page_route(&of.plugin, &of.path)
}
