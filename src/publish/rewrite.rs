use std::io::Write;

use flate2::{Compression, GzBuilder};

use super::links::addresses;

/// Makes every link to a folder of the site lead to its `index.html`, for hosts without index documents.
pub(super) fn with_whole_links(html: &str) -> String {
    let mut page = String::with_capacity(html.len() + 1024);
    let mut done = 0;
    for range in addresses(html) {
        let address = &html[range.clone()];
        let end = address.find(['#', '?']).unwrap_or(address.len());
        let (path, rest) = address.split_at(end);
        let is_own = !path.starts_with("//") && !path.split('/').next().unwrap_or("").contains(':');
        let is_folder = path.ends_with('/') || matches!(path.rsplit('/').next(), Some("." | ".."));
        page.push_str(&html[done..range.start]);
        page.push_str(path);
        if is_own && is_folder {
            page.push_str(if path.ends_with('/') { "index.html" } else { "/index.html" });
        }
        page.push_str(rest);
        done = range.end;
    }
    page.push_str(&html[done..]);
    page
}

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
    fn links_to_folders_get_their_file() {
        let html = "<a href=\"../a/#x\">1</a><a href='./'>2</a><a href=\"https://x/y/\">3</a><a href=\"..\">4</a>\
                    <a href=\"#top\">5</a><img src=\"b.png\"><p>href=\"a/\"</p>";
        let wanted = "<a href=\"../a/index.html#x\">1</a><a href='./index.html'>2</a><a href=\"https://x/y/\">3</a>\
                      <a href=\"../index.html\">4</a><a href=\"#top\">5</a><img src=\"b.png\"><p>href=\"a/\"</p>";
        assert_eq!(with_whole_links(html), wanted);
    }

    #[test]
    fn redirects_cannot_be_broken_out_of() {
        assert!(!redirect_page("a\"><script>").contains("<script>"));
        assert_eq!(packed(b"abc").unwrap(), packed(b"abc").unwrap());
    }
}
