//! Profiles of the AWS command line: `~/.aws/credentials` and `~/.aws/config`.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a profile says, by key (`aws_access_key_id`, `region`, …).
pub(super) type Profile = BTreeMap<String, String>;

/// The profile of a name; `None` if neither file has it.
pub(super) fn profile(name: &str) -> Option<Profile> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default().join(".aws");
    let file = |variable: &str, name: &str| {
        let path = std::env::var_os(variable).map_or_else(|| home.join(name), PathBuf::from);
        std::fs::read_to_string(path).unwrap_or_default()
    };
    let config = section(&file("AWS_CONFIG_FILE", "config"), &["profile", name]);
    let config = config.or_else(|| section(&file("AWS_CONFIG_FILE", "config"), &[name]).filter(|_| name == "default"));
    let credentials = section(&file("AWS_SHARED_CREDENTIALS_FILE", "credentials"), &[name]);
    if config.is_none() && credentials.is_none() {
        return None;
    }
    let mut found = config.unwrap_or_default();
    found.extend(credentials.unwrap_or_default());
    Some(found)
}

/// The keys of the section `[words]`. Nested values, which are indented, are left out.
fn section(text: &str, words: &[&str]) -> Option<Profile> {
    let mut found = None;
    let mut inside = false;
    for line in text.lines() {
        let line = line.trim_end();
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.split(']').next()) {
            inside = head.split_whitespace().eq(words.iter().copied());
            if inside {
                found.get_or_insert_with(Profile::new);
            }
        } else if inside
            && !line.starts_with([' ', '\t', '#', ';'])
            && let Some((key, value)) = line.split_once('=')
            && let Some(found) = &mut found
        {
            found.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_told_apart() {
        let text = "[default]\nregion = eu-west-1\n\n[profile  ci]\n# note\nregion=eu-north-1\ns3 =\n  path = x\n[other]\nregion = x\n";
        assert_eq!(section(text, &["default"]).unwrap()["region"], "eu-west-1");
        let ci = section(text, &["profile", "ci"]).unwrap();
        assert_eq!((ci["region"].as_str(), ci.contains_key("path")), ("eu-north-1", false));
        assert_eq!(section(text, &["ci"]), None);
    }
}
