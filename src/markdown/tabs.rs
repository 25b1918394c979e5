use std::fmt::Write;

use super::writer::Writer;

/// Content tabs while they are read: a set is written when its last pane has ended.
#[derive(Debug, Default)]
pub(super) struct Tabs {
    open: Vec<Set>,
    sets: usize,
}

#[derive(Debug)]
struct Set {
    panes: Vec<Pane>,
    /// Writer around the pane that is being written.
    outer: Option<Writer>,
    joins: bool,
}

#[derive(Debug)]
struct Pane {
    label: String,
    body: String,
    selected: bool,
}

impl Tabs {
    /// Begins a pane: what follows goes to it. `writer` is replaced until [`Tabs::end`].
    pub(super) fn start(&mut self, label: String, selected: bool, writer: &mut Writer) {
        let joins = self.open.last().is_some_and(|set| set.joins && set.outer.is_none());
        if !joins {
            self.open.push(Set { panes: Vec::new(), outer: None, joins: false });
        }
        let inner = writer.nested();
        if let Some(set) = self.open.last_mut() {
            set.outer = Some(std::mem::replace(writer, inner));
            set.panes.push(Pane { label, body: String::new(), selected });
        }
    }

    /// Ends a pane; the set is written unless another pane `joins` it.
    pub(super) fn end(&mut self, joins: bool, writer: &mut Writer) {
        let Some(set) = self.open.last_mut() else { return };
        if let Some(outer) = set.outer.take() {
            let body = std::mem::replace(writer, outer);
            writer.capped |= body.capped;
            if let Some(pane) = set.panes.last_mut() {
                pane.body = body.finish();
            }
        }
        set.joins = joins;
        if !joins && let Some(set) = self.open.pop() {
            self.sets += 1;
            write_set(&set.panes, self.sets, &mut writer.out);
        }
    }

    /// Writes what is left open.
    pub(super) fn flush_all(&mut self, writer: &mut Writer) {
        while !self.open.is_empty() {
            self.end(false, writer);
        }
    }
}

/// Radio buttons first, then labels, then panes: the shape of Material's alternate style, which needs no script.
fn write_set(panes: &[Pane], number: usize, out: &mut String) {
    let selected = panes.iter().position(|pane| pane.selected).unwrap_or(0);
    let _ = write!(out, "<div class=\"tabbed-set tabbed-alternate\" data-tabs=\"{number}:{}\">", panes.len());
    for index in 0..panes.len() {
        let checked = if index == selected { " checked" } else { "" };
        let id = index + 1;
        let _ = write!(out, "<input type=\"radio\" name=\"cb-tabs-{number}\" id=\"cb-tab-{number}-{id}\"{checked}>");
    }
    out.push_str("<div class=\"tabbed-labels\">");
    for (index, pane) in panes.iter().enumerate() {
        let _ = write!(out, "<label for=\"cb-tab-{number}-{}\">{}</label>", index + 1, pane.label);
    }
    out.push_str("</div><div class=\"tabbed-content\">");
    for pane in panes {
        let _ = write!(out, "<div class=\"tabbed-block\">{}</div>", pane.body);
    }
    out.push_str("</div></div>");
}
