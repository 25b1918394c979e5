//! The one integration-test binary: each topic is a module.

mod crash;
mod harvest;
mod house;
mod output;
mod portal;
mod portal_fixture;
mod settings;
mod site_links;
