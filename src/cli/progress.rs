use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::Event;

/// How far a build is: a moving line on a terminal, one plain line a stage elsewhere, nothing when quiet.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    plain: bool,
    stage: Mutex<&'static str>,
}

impl Progress {
    /// For standard error as it is.
    pub fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            let style = ProgressStyle::with_template("{spinner} {msg} {pos}/{len} ({elapsed})");
            bar.set_style(style.expect("the template is fixed"));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { plain: !quiet && bar.is_none(), bar, stage: Mutex::new("") }
    }

    /// Takes an event of the pipeline.
    pub fn take(&self, event: &Event) {
        match (event, &self.bar) {
            (Event::Stage { name, size }, Some(bar)) => {
                bar.set_message(*name);
                bar.set_position(0);
                bar.set_length(*size as u64);
            }
            (Event::Advance, Some(bar)) => bar.inc(1),
            (Event::Stage { name, .. }, None) if self.plain => {
                let mut stage = self.stage.lock().expect("no holder of this lock panics");
                if *stage != *name {
                    eprintln!("{name} …");
                    *stage = name;
                }
            }
            _ => {}
        }
    }

    /// Takes the moving line away.
    pub fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
