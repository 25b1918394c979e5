use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use serde::Serialize;
use tera::{Context, Tera};

use super::assets::{self, Asset};
use super::files::Files;
use super::fixtures::{Fixture, fixtures};
use super::{brand, filters, manifest, policy};
use crate::base::{Digest, Route};

/// A theme, ready to render.
#[derive(Clone)]
pub struct Theme {
    pub(super) tera: Tera,
    assets: Vec<Asset>,
    digest: Digest,
    pub(super) fixtures: Vec<Fixture>,
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Theme").field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// Parses the templates and names the assets.
pub(super) fn compile(files: &Files, servers: &[String]) -> anyhow::Result<Theme> {
    let manifest = manifest::read(files)?;
    let published = assets::publish(files, &manifest)?;
    let boot = text(files, "js/boot.js")?.trim().to_owned();
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html", ".xml"]);
    filters::register(&mut tera);
    let mut sources = Vec::new();
    for path in files.keys() {
        if let Some(name) = path.strip_prefix("templates/") {
            sources.push((name.to_owned(), text(files, path)?));
        }
    }
    tera.add_raw_templates(sources)
        .map_err(|error| anyhow!("{error}"))
        .context("the theme's templates do not parse")?;
    let urls: BTreeMap<&str, String> =
        published.iter().map(|(name, asset)| (name.as_str(), asset.route.url())).collect();
    let globals = tera.global_context();
    globals.insert("assets", &urls);
    let logo = urls
        .iter()
        .find(|(name, _)| name.starts_with(brand::LOGO))
        .or_else(|| urls.get_key_value("static/favicon.svg"));
    globals.insert("logo", &logo.map(|(_, url)| url));
    let icon = urls.iter().find(|(name, _)| name.starts_with(brand::ICON)).map(|(_, url)| url);
    globals.insert("favicon", &icon.or(logo.map(|(_, url)| url)));
    globals.insert("policy", &policy::content_security_policy(&boot, servers));
    globals.insert("boot", &boot);
    let modules: Vec<&String> = manifest.modules.iter().filter_map(|name| urls.get(name.as_str())).collect();
    globals.insert("modules", &modules);
    let digests: Vec<(&str, Digest)> =
        files.iter().map(|(path, bytes)| (path.as_str(), Digest::of_bytes(bytes))).collect();
    let digest = Digest::of("theme", &(digests, servers));
    Ok(Theme {
        tera,
        assets: published.into_iter().map(|(_, asset)| asset).collect(),
        digest,
        fixtures: fixtures(files)?,
    })
}

impl Theme {
    /// Renders a template. It sees `globals` as `site`, `page` as `page`, and of the theme `assets` (addresses from the
    /// root by name in the theme), `logo`, `modules`, `boot` and `policy`.
    ///
    /// `Err`: the template does not exist or uses a field that is not there; the message names file, line and column.
    pub fn render(&self, template: &str, globals: &Seen, page: &Seen) -> anyhow::Result<String> {
        let mut context = Context::new();
        context.insert_value("site", globals.0.clone());
        context.insert_value("page", page.0.clone());
        self.tera.render(template, &context).map_err(|error| anyhow!("{error}"))
    }

    /// Identity of the whole theme: equal digests render alike.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Files to publish with the pages.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// Whether the theme has a template of this name.
    pub fn has_template(&self, name: &str) -> bool {
        self.tera.contains_template(name)
    }

    /// Address of the asset that a theme's file became.
    pub fn asset(&self, name: &str) -> Option<&Route> {
        self.assets.iter().map(|asset| &asset.route).find(|route| route.as_str().ends_with(&format!("/{name}")))
    }
}

/// Templates that are none of the theme's own and may call its components: those of plugins.
pub struct Snippets {
    tera: Tera,
}

impl std::fmt::Debug for Snippets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snippets").finish_non_exhaustive()
    }
}

impl Theme {
    /// Parses templates by name; a name ends in `.html` (values are escaped) or in `.txt` (they are not). A template that
    /// does not parse is left out, and named with the reason.
    pub fn snippets(&self, sources: &[(String, String)]) -> (Snippets, Vec<(String, String)>) {
        let mut tera = self.tera.clone();
        if tera.add_raw_templates(sources.iter().map(|(name, text)| (name.as_str(), text.as_str()))).is_ok() {
            return (Snippets { tera }, Vec::new());
        }
        // One of them is wrong: each by itself tells which.
        let mut tera = self.tera.clone();
        let mut wrong = Vec::new();
        for (name, text) in sources {
            let mut next = tera.clone();
            match next.add_raw_template(name, text) {
                Ok(()) => tera = next,
                Err(error) => wrong.push((name.clone(), error.to_string())),
            }
        }
        (Snippets { tera }, wrong)
    }
}

/// A value in the engine's own form: to show it to one more template costs nothing.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Seen(tera::Value);

impl Seen {
    /// Takes a value over.
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Self {
        Self(tera::Value::from_serializable(value))
    }

    /// A map of such values, in their order.
    pub fn map<'a>(named: impl Iterator<Item = (&'a str, &'a Self)>) -> Self {
        let map: tera::Map = named.map(|(name, value)| (name.to_owned().into(), value.0.clone())).collect();
        Self(map.into())
    }
}

/// What templates of plugins see, in the engine's own form, so that several can look at it.
#[derive(Default)]
pub struct Values {
    context: Context,
}

impl Values {
    /// Puts a value under a name, in the place of one that was there.
    pub fn set(&mut self, name: &str, value: &Seen) {
        self.context.insert_value(name.to_owned(), value.0.clone());
    }
}

impl Snippets {
    /// Renders a template that sees `values`. `Err`: it uses what is not there.
    pub fn render(&self, name: &str, values: &Values) -> Result<String, String> {
        self.tera.render(name, &values.context).map_err(|error| error.to_string())
    }

    /// Whether a template of this name was parsed.
    pub fn has(&self, name: &str) -> bool {
        self.tera.contains_template(name)
    }
}

fn text(files: &Files, path: &str) -> anyhow::Result<String> {
    let bytes = files.get(path).ok_or_else(|| anyhow!("the theme has no `{path}`"))?;
    String::from_utf8(bytes.clone()).with_context(|| format!("the theme's `{path}` is not UTF-8"))
}
