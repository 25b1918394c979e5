//! A build that is killed at any moment leaves the old site or the new one, whole by its manifest.

use std::time::{Duration, Instant};

use callboard::output::{Manifest, recover, verify};

use crate::portal_fixture::Portal;

/// How many builds are killed.
const KILLS: u32 = 50;

/// A fixed sequence of numbers below 1,000 (an xorshift generator).
pub fn thousandths(seed: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(seed), |last| {
        let mut next = *last;
        next ^= next << 13;
        next ^= next >> 17;
        next ^= next << 5;
        Some(next)
    })
    .map(|number| number % 1_000)
}

#[test]
fn killed_builds_leave_the_old_site_or_the_new_one() {
    let portal = Portal::new();
    let settings = std::fs::read_to_string(portal.path("site.toml")).unwrap();
    let build = |title: &str| {
        std::fs::write(portal.path("site.toml"), settings.replace("The bookshop", title)).unwrap();
        portal.command(&["--quiet"]).stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    // Two sites that differ in every page, and how long it takes to go from one to the other.
    let mut sites = Vec::new();
    let mut longest = Duration::ZERO;
    for title in ["Even", "Odd", "Even"] {
        let begun = Instant::now();
        assert!(build(title).wait().unwrap().success());
        longest = begun.elapsed();
        sites.push(Manifest::read(&portal.path("dist")).unwrap().unwrap().digest());
    }
    assert_eq!(sites[0], sites[2]);
    assert_ne!(sites[0], sites[1]);

    let mut standing = sites[0];
    let mut outcomes = [0, 0];
    for (at, moment) in thousandths(20_261_121).take(KILLS as usize).enumerate() {
        let wanted = sites[(at + 1) % 2];
        let mut child = build(["Even", "Odd"][(at + 1) % 2]);
        // The moment of the kill is the matter of this test: a random part of the time that a build takes.
        std::thread::park_timeout(longest * moment / 1_000);
        let killed = child.try_wait().unwrap().is_none();
        drop(child.kill());
        child.wait().unwrap();
        recover(&portal.path("dist")).unwrap();
        assert_eq!(verify(&portal.path("dist")).unwrap(), [], "kill {at} at {moment} thousandths");
        let now = Manifest::read(&portal.path("dist")).unwrap().unwrap().digest();
        assert!(now == standing || now == wanted, "kill {at} at {moment} thousandths left a third site");
        assert!(killed || now == wanted, "a build that ended has written its site");
        outcomes[usize::from(now == wanted)] += 1;
        standing = now;
    }
    assert!(!portal.path("dist/.callboard").exists());
    assert!(outcomes[0] > 0, "no build was killed before its decision: {outcomes:?}");
}
