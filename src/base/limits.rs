use serde::{Deserialize, Serialize};

/// The most that harvested content may cost: each field is a key of `[limits]` in `site.toml` and is named by the
/// diagnostic that it causes. Sizes are bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Largest entity file, in bytes.
    pub entity_file_bytes: u64,
    /// Most YAML documents in one file.
    pub documents_per_file: u64,
    /// Most nodes in one YAML document.
    pub yaml_nodes: u64,
    /// Deepest nesting of one YAML document.
    pub yaml_depth: u64,
    /// Largest Markdown page, in bytes.
    pub page_bytes: u64,
    /// Deepest nesting of a page's blocks and elements.
    pub page_depth: u64,
    /// Largest code block that is highlighted, in bytes; larger ones are shown plain.
    pub highlight_bytes: u64,
    /// Largest source of a diagram that is drawn, in bytes; larger ones are shown as they are.
    pub diagram_bytes: u64,
    /// Most seconds that one diagram may take.
    pub diagram_seconds: u64,
    /// Largest image or other file published from a repository, in bytes.
    pub asset_bytes: u64,
    /// Most files read from one repository.
    pub files_per_repository: u64,
    /// Largest total of what is read from one repository, in bytes.
    pub bytes_per_repository: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            entity_file_bytes: 4 * MIB,
            documents_per_file: 10_000,
            yaml_nodes: 500_000,
            yaml_depth: 64,
            page_bytes: 8 * MIB,
            page_depth: 100,
            highlight_bytes: MIB / 2,
            diagram_bytes: MIB / 16,
            diagram_seconds: 30,
            asset_bytes: 32 * MIB,
            files_per_repository: 200_000,
            bytes_per_repository: 1024 * MIB,
        }
    }
}

impl Limits {
    /// Every limit by its key in `site.toml`.
    pub fn entries(&mut self) -> [(&'static str, &mut u64); 12] {
        [
            ("entity_file_bytes", &mut self.entity_file_bytes),
            ("documents_per_file", &mut self.documents_per_file),
            ("yaml_nodes", &mut self.yaml_nodes),
            ("yaml_depth", &mut self.yaml_depth),
            ("page_bytes", &mut self.page_bytes),
            ("page_depth", &mut self.page_depth),
            ("highlight_bytes", &mut self.highlight_bytes),
            ("diagram_bytes", &mut self.diagram_bytes),
            ("diagram_seconds", &mut self.diagram_seconds),
            ("asset_bytes", &mut self.asset_bytes),
            ("files_per_repository", &mut self.files_per_repository),
            ("bytes_per_repository", &mut self.bytes_per_repository),
        ]
    }
}
