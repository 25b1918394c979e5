//! What every page loads stays small.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Brand, load};

#[test]
fn styles_and_scripts_keep_their_budget() {
    let theme = load(None, &Brand::default()).unwrap().value;
    let size = |name: &str| {
        let asset = theme.assets().iter().find(|asset| asset.route.as_str().ends_with(name)).unwrap();
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&asset.bytes).unwrap();
        packed.finish().unwrap().len()
    };
    assert!(size("css/site.css") <= 20 * 1024, "the styles are {} bytes", size("css/site.css"));
    assert!(size("js/site.js") <= 6 * 1024, "the script is {} bytes", size("js/site.js"));
}

#[test]
fn every_rule_of_the_styles_is_closed_and_names_only_known_tokens() {
    let theme = load(None, &Brand { hue: Some(150), ..Brand::default() }).unwrap().value;
    let asset = theme.assets().iter().find(|asset| asset.route.as_str().ends_with("css/site.css")).unwrap();
    let css = std::str::from_utf8(&asset.bytes).unwrap();
    let mut depth = 0_i32;
    for (number, line) in css.lines().enumerate() {
        assert!(depth == 0 || !line.starts_with(".cb-"), "a rule above line {} is open: {line}", number + 1);
        depth += i32::try_from(line.matches('{').count()).unwrap() - i32::try_from(line.matches('}').count()).unwrap();
        assert!(depth >= 0, "line {} closes too much: {line}", number + 1);
    }
    assert_eq!(depth, 0);
    for used in css.split("var(--").skip(1) {
        let name = &used[..used.find([')', ',']).unwrap()];
        assert!(css.contains(&format!("--{name}:")), "--{name} is nowhere defined");
    }
    assert!(css.contains("--accent-h: 150;"));
}
