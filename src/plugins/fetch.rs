use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use super::answer_cache::{AnswerCache, Kept};
use super::endpoint::Endpoint;
use super::enrichment::Stamp;
use super::recording::Recording;
use super::request::{Answered, Answers, Request};
use super::rules;
use crate::base::{Diagnostic, Digest, Outcome};
use crate::config::ProxySettings;

/// Most requests under way at once.
const AT_ONCE: usize = 8;

/// How endpoints are asked.
#[derive(Debug, Clone, Copy)]
pub struct FetchOptions<'a> {
    /// The endpoints.
    pub proxies: &'a [ProxySettings],
    /// Folder for answers.
    pub cache: &'a Path,
    /// Ask nobody: use what is in the folder, however old.
    pub offline: bool,
    /// Most bytes of an answer.
    pub most_bytes: u64,
}

/// What endpoints answered, and by what a later build can tell that it would be the same.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    /// Answers by request.
    pub answers: Answers,
    /// One for each request.
    pub receipts: Vec<Receipt>,
}

/// What was got for a request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Receipt {
    proxy: String,
    path: String,
    /// Digest and time of the answer in the folder; nothing if there is none.
    got: Option<(Digest, i64)>,
    /// Whether it was the answer that was wanted, and not an old one in its place.
    fresh: bool,
}

/// Gets an answer to every request: from the folder while it is good, else from its endpoint, else the last there was.
///
/// Requests run in parallel, each endpoint at its own pace. An endpoint that gives no answer costs a finding, and after three
/// failures in a row is not asked again.
pub fn fetch(requests: &BTreeSet<Request>, options: &FetchOptions<'_>) -> Outcome<Fetched> {
    let endpoints: BTreeMap<&str, Endpoint> =
        options.proxies.iter().map(|proxy| (proxy.name.as_str(), Endpoint::new(proxy, options.most_bytes))).collect();
    let sources = Sources::new(options);
    let asked: Vec<&Request> = requests.iter().collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(asked.len()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(asked.len()) {
            scope.spawn(|| {
                while let Some(request) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let got = one(request, endpoints.get(request.proxy.as_str()), &sources, options);
                    done.lock().expect("no holder of this lock panics").push(((*request).clone(), got));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no holder of this lock panics");
    done.sort_by(|(a, _), (b, _)| a.cmp(b));
    let diagnostics = findings(&done);
    let mut fetched = Fetched::default();
    for (request, got) in done {
        let fresh = got.failure.is_none();
        let receipt = got.kept.as_ref().map(|kept| (Digest::of_bytes(kept.text.as_bytes()), kept.time));
        let (proxy, path) = (request.proxy.clone(), request.path.clone());
        fetched.receipts.push(Receipt { proxy, path, got: receipt, fresh });
        let answer = match (got.kept, got.failure) {
            (Some(kept), failure) => {
                let recorded = sources.recordings.contains_key(request.proxy.as_str());
                Ok(answered(&request, kept, recorded, failure))
            }
            (None, failure) => Err(failure.unwrap_or_default()),
        };
        fetched.answers.insert(request, answer);
    }
    Outcome { value: fetched, diagnostics }
}

/// Whether a build now would get the very same: every answer is still good (or nobody is asked), and still there.
pub fn still_current(receipts: &[Receipt], options: &FetchOptions<'_>) -> bool {
    let sources = Sources::new(options);
    let now = Timestamp::now().as_second();
    receipts.iter().all(|receipt| {
        let Some(proxy) = options.proxies.iter().find(|proxy| proxy.name == receipt.proxy) else { return false };
        let recording = sources.recordings.get(proxy.name.as_str());
        let kept = match recording {
            Some(recording) => recording.as_ref().ok().and_then(|recording| recording.answer(&receipt.path).ok()),
            None => sources.cache.get(proxy, &receipt.path),
        };
        let kept = kept.map(|kept| (Digest::of_bytes(kept.text.as_bytes()), kept.time));
        let good = receipt.fresh && kept.is_some_and(|(_, time)| is_good(proxy, time, now));
        kept == receipt.got && (good || options.offline || recording.is_some())
    })
}

fn is_good(proxy: &ProxySettings, time: i64, now: i64) -> bool {
    let age = u64::try_from(now.saturating_sub(time)).unwrap_or(0);
    age < proxy.cache_minutes.saturating_mul(60)
}

/// Where answers are without asking anybody.
struct Sources<'a> {
    cache: AnswerCache,
    /// Of endpoints that are never asked, by name.
    recordings: BTreeMap<&'a str, Result<Recording, String>>,
}

impl<'a> Sources<'a> {
    fn new(options: &FetchOptions<'a>) -> Self {
        let recorded = options.proxies.iter().filter_map(|proxy| Some((proxy, proxy.recorded.as_ref()?)));
        let recordings = recorded.map(|(proxy, path)| (proxy.name.as_str(), Recording::read(path)));
        Self { cache: AnswerCache::new(options.cache), recordings: recordings.collect() }
    }
}

/// What there is for a request, and why it is not what was wanted.
struct Got {
    kept: Option<Kept>,
    failure: Option<String>,
    /// The endpoint failed, and not the request: worth a word about the endpoint.
    endpoint_failed: bool,
}

fn one(request: &Request, endpoint: Option<&Endpoint>, sources: &Sources<'_>, options: &FetchOptions<'_>) -> Got {
    let failed = |failure: String| Got { kept: None, failure: Some(failure), endpoint_failed: false };
    let Some(endpoint) = endpoint else {
        return failed(format!("`site.toml` has no `[proxies.{}]`", request.proxy));
    };
    if !endpoint.allows(&request.path) {
        return failed(format!("`{}` is none of the paths of `proxies.{}.allow`", request.path, request.proxy));
    }
    if let Some(recording) = sources.recordings.get(request.proxy.as_str()) {
        let answer = recording.as_ref().map_err(Clone::clone).and_then(|recording| recording.answer(&request.path));
        let failure = answer.as_ref().err().cloned();
        return Got { kept: answer.ok(), endpoint_failed: recording.is_err(), failure };
    }
    let kept = sources.cache.get(&endpoint.settings, &request.path);
    let now = Timestamp::now().as_second();
    if kept.as_ref().is_some_and(|kept| is_good(&endpoint.settings, kept.time, now)) {
        return Got { kept, failure: None, endpoint_failed: false };
    }
    if options.offline {
        let failure = format!("`{}` was not asked, because the build is offline", request.proxy);
        return Got { kept, failure: Some(failure), endpoint_failed: false };
    }
    match endpoint.ask(&request.path) {
        Ok(text) => {
            let new = Kept { time: now, text };
            // An answer that cannot be kept is asked for again next time; that is all.
            sources.cache.put(&endpoint.settings, &request.path, &new).ok();
            Got { kept: Some(new), failure: None, endpoint_failed: false }
        }
        Err(reason) => Got { kept, failure: Some(reason), endpoint_failed: true },
    }
}

fn answered(request: &Request, kept: Kept, recorded: bool, failure: Option<String>) -> Answered {
    let time = Timestamp::from_second(kept.time).ok().map(|time| time.to_string());
    let stamp = Stamp { from: request.proxy.clone(), url: None, time, recorded, stale: failure };
    Answered { text: kept.text.into(), stamp }
}

/// One finding for each endpoint that failed; the entities that miss its answers have their own.
fn findings(done: &[(Request, Got)]) -> Vec<Diagnostic> {
    let mut failed = BTreeMap::<&str, (usize, &str)>::new();
    for (request, got) in done.iter().filter(|(_, got)| got.endpoint_failed) {
        let reason = got.failure.as_deref().unwrap_or_default();
        failed.entry(&request.proxy).or_insert((0, reason)).0 += 1;
    }
    let finding = |(proxy, (count, reason)): (&str, (usize, &str))| {
        let what = if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
        rules::ENDPOINT
            .diagnostic(format!("the endpoint `{proxy}` gave no answer to {what}: {reason}"))
            .about(format!("endpoint {proxy}"))
            .hint(format!("look at `[proxies.{proxy}]` in `site.toml`"))
    };
    failed.into_iter().map(finding).collect()
}
