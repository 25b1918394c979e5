use std::io::Write;

use flate2::{Compression, GzBuilder};

/// The bytes in gzip form; the same for the same bytes.
pub(super) fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}

/// A page that leads elsewhere at once; `address` is where, relative to the page or whole.
pub(super) fn redirect_page(address: &str) -> String {
    let address = escaped(address);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Moved</title>\n\
         <meta name=\"robots\" content=\"noindex\">\n<link rel=\"canonical\" href=\"{address}\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={address}\">\n<p>This page has moved: <a href=\"{address}\">go there</a>.</p>\n"
    )
}

/// What stands for a moment where a new page comes, so that new pages that link to each other can be sent one by one.
pub(super) const COMING: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Being published</title>\n\
    <meta name=\"robots\" content=\"noindex\">\n<meta http-equiv=\"refresh\" content=\"5\">\n\
    <p>This page is being published. It will be here in a moment.</p>\n";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_cannot_be_broken_out_of() {
        assert!(!redirect_page("a\"><script>").contains("<script>"));
        assert_eq!(packed(b"abc").unwrap(), packed(b"abc").unwrap());
    }
}
