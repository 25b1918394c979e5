/// What a renderer made of a source: its SVG, not yet trusted, and what is to be found in it.
pub(super) struct Rendered {
    pub svg: String,
    /// Labels that the picture must show.
    pub labels: Vec<String>,
    /// Text with the colours that the author chose, in small letters; without it the picture keeps all of its colours.
    pub own_colors: Option<String>,
    /// Words of the source that name the picture.
    pub title: Option<String>,
}
