use super::attributes::Attributes;
use super::writer::Writer;

/// The start tag of a list item, kept open for the attributes that may stand at the end of the item's text.
#[derive(Debug)]
pub(super) struct ItemOpening {
    // The range of its attributes in what was written.
    from: usize,
    to: usize,
    task: bool,
    id: Option<String>,
}

impl ItemOpening {
    /// Begins an item; `None` if it is not shown as one, since it lies too deep.
    pub(super) fn write(task: bool, id: Option<String>, writer: &mut Writer) -> Option<Self> {
        let mut opening = String::new();
        all(task, id.as_deref(), &Attributes::default()).write(&mut opening);
        let before = writer.out.len();
        writer.open("li", &opening);
        let from = before + "<li".len();
        (writer.out.len() > before).then_some(Self { from, to: from + opening.len(), task, id })
    }

    /// Gives the item attributes; what stands behind the start tag is the item's own first text at most.
    pub(super) fn give(self, attributes: &Attributes, out: &mut String) {
        let mut opening = String::new();
        all(self.task, self.id.as_deref(), attributes).write(&mut opening);
        out.replace_range(self.from..self.to, &opening);
    }
}

fn all(task: bool, id: Option<&str>, given: &Attributes) -> Attributes {
    let mut attributes = given.clone();
    if task {
        attributes.classes.insert(0, "task-list-item".to_owned());
    }
    // An annotation is found by its own id.
    attributes.id = id.map(str::to_owned).or(attributes.id);
    attributes
}
