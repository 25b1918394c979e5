use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use tera::Context;

use super::fixtures::Fixture;
use super::templates::Theme;

/// A component in use, for the gallery.
#[derive(Debug, Clone, Serialize)]
pub struct Pattern {
    /// Name of the component.
    pub name: String,
    /// How a template calls it.
    pub call: String,
    /// What the call hands on beyond words and numbers, as JSON.
    pub data: Option<String>,
    /// What it comes to, twice: an anchor must not stand in a page two times.
    pub html: Option<[String; 2]>,
    /// Why there is no HTML, if the component was called and failed.
    pub fault: Option<String>,
}

impl Theme {
    /// Every component of the theme in use: those with examples in the order of `patterns.json`, then the rest by name, which
    /// come with their call only.
    pub fn patterns(&self) -> Vec<Pattern> {
        let shown: BTreeSet<&str> = self.fixtures.iter().map(|fixture| fixture.component.as_str()).collect();
        let names: BTreeSet<&str> = self.tera.get_component_names().filter(|name| !shown.contains(name)).collect();
        let mut patterns: Vec<Pattern> = self.fixtures.iter().map(|fixture| self.pattern(fixture)).collect();
        patterns.extend(names.into_iter().map(|name| Pattern {
            name: name.to_owned(),
            call: self.bare_call(name),
            data: None,
            html: None,
            fault: None,
        }));
        patterns
    }

    fn pattern(&self, fixture: &Fixture) -> Pattern {
        let mut context = Context::new();
        for (name, value) in &fixture.args {
            context.insert(name.clone(), value);
        }
        let made = self.tera.render_component(&fixture.component, &context, fixture.body.as_deref(), true);
        let rich: Map<String, Value> = fixture
            .args
            .iter()
            .filter(|(_, value)| !is_plain(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let (html, fault) = match made {
            Ok(html) => (Some([html.clone(), html.replace(" id=\"", " data-id=\"")]), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Pattern {
            name: fixture.component.clone(),
            call: call(fixture),
            data: (!rich.is_empty()).then(|| serde_json::to_string_pretty(&rich).unwrap_or_default()),
            html,
            fault,
        }
    }

    /// A call of a component that has no example, by its declaration.
    fn bare_call(&self, name: &str) -> String {
        let info = self.tera.get_component_definition(name);
        let arguments = info.iter().flat_map(tera::ComponentInfo::args).filter(|argument| argument.is_required());
        let arguments: String = arguments.map(|argument| format!(" {0}={{{0}}}", argument.name())).collect();
        format!("{{{{ <{name}{arguments} /> }}}}")
    }
}

fn is_plain(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}

fn call(fixture: &Fixture) -> String {
    let argument = |(name, value): (&String, &Value)| match value {
        Value::String(text) => format!(" {name}={}", Value::from(text.as_str())),
        plain if is_plain(plain) => format!(" {name}={{{plain}}}"),
        _ => format!(" {name}={{{name}}}"),
    };
    let (name, arguments) = (&fixture.component, fixture.args.iter().map(argument).collect::<String>());
    match &fixture.body {
        Some(body) => format!("{{% <{name}{arguments}> %}}{body}{{% </{name}> %}}"),
        None => format!("{{{{ <{name}{arguments} /> }}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Brand, load};

    #[test]
    fn every_component_has_an_example_that_works() {
        let theme = load(None, &Brand::default()).unwrap().value;
        let faults: Vec<String> = theme
            .patterns()
            .into_iter()
            .filter(|pattern| pattern.html.as_ref().is_none_or(|html| html[0].trim().is_empty()))
            .map(|pattern| format!("{}: {}", pattern.name, pattern.fault.unwrap_or_else(|| "no example".to_owned())))
            .collect();
        assert!(faults.is_empty(), "give these an example in themes/default/patterns.json:\n{}", faults.join("\n"));
    }

    #[test]
    fn a_call_is_what_a_template_would_write() {
        let theme = load(None, &Brand::default()).unwrap().value;
        let of = |name: &str| theme.patterns().into_iter().find(|pattern| pattern.name == name).unwrap().call;
        assert!(of("pill").starts_with("{{ <pill text=\"") && of("pill").ends_with(" /> }}"));
        assert!(of("chip") == "{{ <chip item={item} /> }}");
        assert!(of("card").starts_with("{% <card heading=\"") && of("card").ends_with("{% </card> %}"));
    }
}
