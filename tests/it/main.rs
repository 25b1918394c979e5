//! The one integration-test binary: each topic is a module.

mod crash;
mod house;
mod output;
mod plugins;
mod portal;
mod portal_fixture;
mod settings;
mod site_links;
