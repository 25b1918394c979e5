use super::rules::CONFIG_UNREADABLE;
use crate::base::yaml::{self, FaultKind, Flavour};
pub(super) use crate::base::yaml::{Node, Value};
use crate::base::{Limits, Problem};

/// As PyYAML: merge keys, and aliases as often as the limits allow.
const PYTHON: Flavour = Flavour { aliases: u64::MAX, merge: true };

/// Parses the first document of a configuration. `Ok(None)`: there is nothing in it.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Option<Node>, Problem> {
    yaml::parse(text, 0, PYTHON, limits).map_err(|fault| {
        let message = match fault.kind {
            FaultKind::Syntax(info) => format!("this is no YAML: {info}"),
            FaultKind::Deep => "this is nested deeper than `limits.yaml_depth` allows".to_owned(),
            FaultKind::Large => "this has more nodes than `limits.yaml_nodes` allows".to_owned(),
            FaultKind::Aliases | FaultKind::Anchors => {
                "the aliases here stand for more nodes than `limits.yaml_nodes` allows".to_owned()
            }
            FaultKind::Circle => "this alias stands inside the value that it repeats".to_owned(),
        };
        CONFIG_UNREADABLE.problem(fault.span, message)
    })
}
