use std::collections::BTreeMap;

use super::memo::Memo;
use super::step::{Step, map};
use crate::apis::{self, ApiJob, ApiRead};
use crate::base::{Limits, Outcome};
use crate::catalog::{Catalog, Entity, EntityRef};

/// Reads the definitions of all APIs; what cannot be read is a finding.
pub fn read(catalog: &Catalog, limits: &Limits, memo: &Memo) -> Outcome<BTreeMap<EntityRef, ApiRead>> {
    let (entities, jobs): (Vec<&Entity>, Vec<ApiJob>) =
        catalog.entities.values().filter_map(|entity| Some((entity, apis::job(entity, limits)?))).unzip();
    let mut diagnostics = Vec::new();
    let mut value = BTreeMap::new();
    for (entity, product) in entities.into_iter().zip(map(memo, Step("describe"), &jobs, apis::read)) {
        let read = product.unwrap_or_else(|panicked| {
            diagnostics.push(panicked.finding(entity.reference.to_string()));
            ApiRead::default()
        });
        diagnostics.extend(read.fault.iter().map(|fault| apis::finding(entity, fault, limits)));
        value.insert(entity.reference.clone(), read);
    }
    Outcome { value, diagnostics }
}
