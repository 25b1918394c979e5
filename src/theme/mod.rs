//! The theme: templates and assets in, HTML out. Renders any serialisable model; knows no entity and no document.
