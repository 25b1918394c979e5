use base64::Engine;
use sha2::{Digest as _, Sha256};

/// The Content-Security-Policy of every page.
///
/// Only the boot script may run, by its hash, and what it starts (`'strict-dynamic'`): a script file that came from
/// a repository cannot be named by any page, and no inline style or handler runs. Images may come from anywhere over https, since
/// documents show badges.
///
/// Scripts may ask the site itself, and `servers`, which are URLs.
pub(super) fn content_security_policy(boot_script: &str, servers: &[String]) -> String {
    let origin = |server: &String| Some(url::Url::parse(server).ok()?.origin().ascii_serialization());
    let asked: String = servers.iter().filter_map(origin).map(|origin| format!(" {origin}")).collect();
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(boot_script.as_bytes()));
    [
        "default-src 'none'",
        &format!("script-src 'sha256-{hash}' 'strict-dynamic'"),
        "style-src 'self'",
        "img-src 'self' https: data:",
        "media-src 'self' https:",
        "font-src 'self'",
        &format!("connect-src 'self'{asked}"),
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ]
    .join("; ")
}
