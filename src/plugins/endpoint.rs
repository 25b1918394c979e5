use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::config::ProxySettings;
use crate::net::{self, Answer, Bounds, FetchError, Net};

/// An endpoint that can be asked, at its own pace.
pub(super) struct Endpoint {
    pub settings: ProxySettings,
    allowed: GlobSet,
    net: Net,
    /// Header fields with their secrets filled in, or the variable that is missing.
    headers: Result<Vec<(String, String)>, String>,
    /// Values of environment variables, which must not be shown even if the endpoint says them.
    secrets: Vec<String>,
    most_bytes: usize,
    /// When the next request may be sent.
    turn: Mutex<Instant>,
    failures: AtomicU64,
}

/// Failures in a row after which an endpoint is not asked again.
const PATIENCE: u64 = 3;

/// Shortest secret that is looked for in answers; shorter ones are part of too many words.
const SECRET: usize = 8;

impl Endpoint {
    /// Reads the environment variables that its headers name.
    pub fn new(settings: &ProxySettings, most_bytes: u64) -> Self {
        let mut secrets = Vec::new();
        let headers = settings
            .headers
            .iter()
            .map(|(name, value)| Ok((name.clone(), filled(value, &mut secrets)?)))
            .collect::<Result<Vec<_>, String>>();
        let host = url::Url::parse(&settings.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let mut allowed = GlobSetBuilder::new();
        for pattern in &settings.allow {
            if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
                allowed.add(glob);
            }
        }
        Self {
            settings: settings.clone(),
            allowed: allowed.build().unwrap_or_default(),
            net: Net::new(host, false),
            headers,
            secrets,
            most_bytes: usize::try_from(most_bytes).unwrap_or(usize::MAX),
            turn: Mutex::new(Instant::now()),
            failures: AtomicU64::new(0),
        }
    }

    /// Whether a path may be asked for.
    pub fn allows(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        self.settings.allow.is_empty() || self.allowed.is_match(path)
    }

    /// Forgets that it failed: whoever asks next wants to know anew.
    pub fn forgive(&self) {
        self.failures.store(0, Ordering::Relaxed);
    }

    /// Asks until there is an answer, or until trying again makes no sense. `Err` is for people and holds no secret.
    pub fn ask(&self, path: &str) -> Result<String, String> {
        let headers = self.headers.as_ref().map_err(Clone::clone)?;
        if self.failures.load(Ordering::Relaxed) >= PATIENCE {
            return Err(format!("it was not asked again after {PATIENCE} failures in a row"));
        }
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let url = format!("{}{path}", self.settings.url);
        let bounds = Bounds { time: Duration::from_secs(self.settings.timeout_seconds), output_bytes: self.most_bytes };
        let mut tried = 0;
        loop {
            self.wait_for_turn();
            let (reason, pause) = match net::get(&self.net, &url, &headers, bounds) {
                Ok(answer) if answer.status == 200 => match self.text(answer) {
                    Ok(text) => {
                        self.failures.store(0, Ordering::Relaxed);
                        return Ok(text);
                    }
                    Err(reason) => return Err(reason),
                },
                Ok(answer) if answer.status == 429 || answer.status >= 500 => {
                    (format!("it answered with status {}", answer.status), retry_after(&answer))
                }
                Ok(answer) => return Err(format!("it answered with status {}", answer.status)),
                Err(error @ (FetchError::TimedOut { .. } | FetchError::Unreachable { .. })) => {
                    (error.to_string(), None)
                }
                Err(error) => return Err(error.to_string()),
            };
            let pause = pause.unwrap_or_else(|| Duration::from_millis(250 << tried.min(6)));
            if tried >= self.settings.retries || pause > bounds.time {
                self.failures.fetch_add(1, Ordering::Relaxed);
                return Err(reason);
            }
            tried += 1;
            std::thread::sleep(pause);
        }
    }

    /// Keeps the pace: requests begin evenly spread.
    fn wait_for_turn(&self) {
        let gap = Duration::from_secs(1) / u32::try_from(self.settings.requests_per_second).unwrap_or(u32::MAX).max(1);
        let mine = {
            let mut turn = self.turn.lock().expect("no holder of this lock panics");
            let mine = (*turn).max(Instant::now());
            *turn = mine + gap;
            mine
        };
        std::thread::sleep(mine.saturating_duration_since(Instant::now()));
    }

    /// The body, unless it is a web page: that is what gateways and log-in forms answer.
    fn text(&self, answer: Answer) -> Result<String, String> {
        let html = answer.headers.iter().any(|(name, value)| name == "content-type" && value.contains("text/html"));
        let mut text = String::from_utf8(answer.body).map_err(|_| "its answer is not UTF-8".to_owned())?;
        let start = text.trim_start().get(..9).unwrap_or_default().to_ascii_lowercase();
        if html || start.starts_with("<!doctype") || start.starts_with("<html") {
            return Err("it answered with a web page instead of data".to_owned());
        }
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "…");
            }
        }
        Ok(text)
    }
}

/// A header's value with `${NAME}` replaced by the environment variable.
fn filled(value: &str, secrets: &mut Vec<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let (name, behind) = after.split_once('}').ok_or_else(|| "a header has a `${` without its `}`".to_owned())?;
        let secret = std::env::var(name).ok().filter(|secret| !secret.is_empty());
        let secret = secret.ok_or_else(|| format!("the environment variable `{name}` is not set"))?;
        out.push_str(&secret);
        if secret.len() >= SECRET {
            secrets.push(secret);
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// How long the endpoint wants to be left alone, where it says that in seconds.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let (_, value) = answer.headers.iter().find(|(name, _)| name == "retry-after")?;
    value.trim().parse().ok().map(Duration::from_secs)
}
