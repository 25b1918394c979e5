use std::time::{Duration, Instant};

use super::built::Event;
use crate::base::Diagnostic;

/// What a build gathers on its way.
pub(super) struct Run<'a> {
    /// What was found so far.
    pub findings: Vec<Diagnostic>,
    /// Wall time of the stages so far.
    pub times: Vec<(&'static str, Duration)>,
    /// Hears of every stage.
    pub tell: &'a (dyn Fn(Event) + Sync),
}

impl<'a> Run<'a> {
    /// Nothing yet; `tell` hears of every stage.
    pub fn new(tell: &'a (dyn Fn(Event) + Sync)) -> Self {
        Self { findings: Vec::new(), times: Vec::new(), tell }
    }

    /// Runs a stage of `size` steps.
    pub fn stage<T>(&mut self, name: &'static str, size: usize, work: impl FnOnce() -> T) -> T {
        (self.tell)(Event::Stage { name, size });
        let begun = Instant::now();
        let value = work();
        self.times.push((name, begun.elapsed()));
        value
    }
}
