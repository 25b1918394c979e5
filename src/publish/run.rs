use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::list::{MANIFEST_KEY, base_key, write_base};
use super::order::{Step, is_page, steps};
use super::plan::Plan;
use super::remote::{Claim, Remote, RemoteManifest, Retired};
use super::rewrite::COMING;
use super::rules;
use super::site::Site;
use crate::base::{Diagnostic, Digest};
use crate::config::PublishSettings;
use crate::net::{Headers, Store, StoreError, Traffic, Version};

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only tell what would be done.
    pub dry_run: bool,
    /// Take over another publish's claim, and put an older site over a newer one.
    pub force: bool,
    /// Send every file again.
    pub all: bool,
    /// A number that grows from run to run.
    pub sequence: Option<u64>,
    /// How long claims live.
    pub pace: Pace,
}

/// How long claims live; the defaults are for stores that answer within a second.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// A claim that was not renewed for so long is a dead one; whole seconds.
    pub lease: Duration,
    /// A long publish renews its claim so often.
    pub renewal: Duration,
    /// A claim that may be alive is looked at so often.
    pub look: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let [lease, renewal, look] = [30, 10, 2].map(Duration::from_secs);
        Self { lease, renewal, look }
    }
}

/// What happens, for people who wait. Comes from several threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Another publish may be under way; its claim is watched for so many seconds.
    Waiting(u64),
    /// So many objects will be written.
    Begin(usize),
    /// One object was written.
    Wrote,
}

/// What a publish came to.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// What was done, or would be.
    pub plan: Plan,
    /// What was said over the network.
    pub traffic: Traffic,
    /// What is to be said about it.
    pub findings: Vec<Diagnostic>,
    /// It was refused, or stopped before its end.
    pub refused: bool,
}

/// Why a publish ends early.
enum Stop {
    /// A finding says why.
    Refused(Box<Diagnostic>),
    /// The machine failed.
    Failed(anyhow::Error),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Changed(_) => Self::Refused(Box::new(overtaken())),
            error => Self::Failed(error.into()),
        }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Brings the store to the state of the site. `Err` is a machine that failed: the network, the store, the disk; the next
/// publish then goes on where this one ended.
pub fn publish(
    site: &Site,
    store: &Store,
    settings: &PublishSettings,
    options: &Options,
    events: &(dyn Fn(Event) + Sync),
) -> anyhow::Result<Published> {
    let mut published = Published::default();
    let mut work = Publish { site, store, settings, options, events, found: Vec::new(), plan: Plan::default() };
    let result = work.run();
    published.findings = work.found;
    published.plan = work.plan;
    match result {
        Ok(()) => {}
        Err(Stop::Refused(finding)) => {
            published.findings.push(*finding);
            published.refused = true;
        }
        Err(Stop::Failed(error)) => return Err(error),
    }
    published.traffic = store.traffic();
    Ok(published)
}

struct Publish<'a> {
    site: &'a Site,
    store: &'a Store,
    settings: &'a PublishSettings,
    options: &'a Options,
    events: &'a (dyn Fn(Event) + Sync),
    found: Vec<Diagnostic>,
    plan: Plan,
}

impl Publish<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        let remote = self.read()?;
        let now = jiff::Timestamp::now().as_second();
        let grace = self.settings.grace;
        self.plan = Plan::new(self.site, &remote, now, grace, self.options.all);
        if !remote.listed.is_empty() {
            let count = remote.listed.len();
            let message = format!("`{}` holds {count} files and no whole list of them", self.store.url());
            self.found.push(rules::LOST_MANIFEST.diagnostic(message));
        }
        if let Some((gone, all)) = self.plan.too_many(&remote, self.settings.max_delete) {
            let most = self.settings.max_delete;
            let message = format!("{gone} of {all} published files are not in this site, more than {most}");
            let finding = rules::TOO_MANY_DELETES.diagnostic(message);
            return Err(Stop::Refused(Box::new(finding.hint("if the site did shrink, give `--max-delete 100%`"))));
        }
        if self.options.dry_run || self.plan.is_nothing() {
            return Ok(());
        }
        if self.plan.resumed {
            let message = format!("a publish to `{}` was cut off, and is finished", self.store.url());
            self.found.push(rules::INTERRUPTED.diagnostic(message));
        }
        let steps = steps(self.site, &self.plan, &remote)?;
        let owner = Owner::claim(self, &remote, now, &steps)?;
        self.write(&owner, &steps)?;
        self.finish(&owner, &remote, now)
    }

    /// The store's manifest, when nobody else is writing and it is not a newer one.
    fn read(&self) -> Result<Remote, Stop> {
        let mut remote = Remote::read(self.store, &self.site.files())?;
        if !self.options.dry_run && !self.options.force {
            remote = self.wait_for_claim(remote)?;
        }
        let ours = self.options.sequence;
        if let (Some(theirs), Some(ours)) = (remote.manifest.sequence, ours)
            && theirs > ours
            && !self.options.force
        {
            let message = format!("the published site has the sequence {theirs}, this one has {ours}");
            return Err(Stop::Refused(Box::new(
                rules::OLDER.diagnostic(message).hint("`--force` publishes it all the same"),
            )));
        }
        Ok(remote)
    }

    /// A claim for the same site is taken over: both write the same. One for another site is watched until it is dead; when
    /// it moves, its owner is alive, and goes first.
    fn wait_for_claim(&self, remote: Remote) -> Result<Remote, Stop> {
        let Some(claim) = &remote.manifest.claim else { return Ok(remote) };
        let pace = self.options.pace;
        let lease = i64::try_from(pace.lease.as_secs()).unwrap_or(i64::MAX);
        let age = (jiff::Timestamp::now().as_second() - remote.modified).clamp(0, lease);
        let is_directory = !self.store.keeps_headers();
        if claim.site == self.site.digest || age == lease || is_directory {
            return Ok(remote);
        }
        let left = pace.lease.saturating_sub(Duration::from_secs(age.unsigned_abs()));
        (self.events)(Event::Waiting(left.as_secs()));
        let deadline = Instant::now() + left;
        while Instant::now() < deadline {
            std::thread::sleep(pace.look.min(deadline.saturating_duration_since(Instant::now())));
            let now = Remote::of_manifest(self.store)?;
            if now.version != remote.version {
                return Err(Stop::Refused(Box::new(busy(self.store, claim))));
            }
        }
        Ok(remote)
    }

    fn write(&self, owner: &Owner<'_>, steps: &[Step]) -> Result<(), Stop> {
        let count = steps.iter().map(|step| match step {
            Step::Announce(keys) | Step::Write(keys) => keys.len(),
        });
        (self.events)(Event::Begin(count.sum()));
        owner.while_renewed(self.options.pace.renewal, || {
            for step in steps {
                let (keys, announce) = match step {
                    Step::Announce(keys) => (keys, true),
                    Step::Write(keys) => (keys, false),
                };
                self.each(owner, keys, |key| if announce { self.announce(key) } else { self.put(key) })?;
            }
            Ok(())
        })
    }

    fn put(&self, key: &str) -> Result<(), Stop> {
        let object = &self.site.objects[key];
        Ok(self.store.write(key, self.site.body(key)?, &object.headers)?)
    }

    /// A page that an interrupted publish brought already is not hidden again.
    fn announce(&self, key: &str) -> Result<(), Stop> {
        let headers = Headers {
            content_type: Some("text/html; charset=utf-8".to_owned()),
            cache_control: Some("no-store".to_owned()),
            ..Headers::default()
        };
        match self.store.create(key, COMING.as_bytes().to_vec(), &headers) {
            Ok(_) => Ok(()),
            Err(StoreError::Unsupported) => Ok(self.store.write(key, COMING.as_bytes().to_vec(), &headers)?),
            Err(error) => Err(error.into()),
        }
    }

    /// Works on all keys, some at a time; after the first failure no other is begun.
    fn each(
        &self,
        owner: &Owner<'_>,
        keys: &[String],
        work: impl Fn(&str) -> Result<(), Stop> + Sync,
    ) -> Result<(), Stop> {
        let next = AtomicUsize::new(0);
        let failed = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..keys.len().min(self.settings.concurrency.max(1)) {
                scope.spawn(|| {
                    while let Some(key) = keys.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let ours = owner.may_write(self.options.pace.lease);
                        let result = if ours { work(key) } else { Err(Stop::Refused(Box::new(overtaken()))) };
                        if let Err(stop) = result {
                            next.store(keys.len(), Ordering::Relaxed);
                            held(&failed).get_or_insert(stop);
                            return;
                        }
                        (self.events)(Event::Wrote);
                    }
                });
            }
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(stop) => Err(stop),
            None => Ok(()),
        }
    }

    /// Writes the new manifest, then deletes, then forgets what was deleted.
    fn finish(&self, owner: &Owner<'_>, remote: &Remote, now: i64) -> Result<(), Stop> {
        if self.plan.has_new_base(remote) {
            if !owner.may_write(self.options.pace.lease) {
                return Err(Stop::Refused(Box::new(overtaken())));
            }
            write_base(self.store, &self.site.files())?;
        }
        let mut manifest = self.new_manifest(owner, remote, now);
        if self.plan.deleted.is_empty() {
            return Ok(owner.replace(&manifest)?);
        }
        // The claim is kept until the end, so that nobody brings back a file that is being deleted.
        let claim = Claim { site: self.site.digest, began: now, renewed: now, writes: BTreeSet::new() };
        owner.replace(&RemoteManifest { claim: Some(claim), ..manifest.clone() })?;
        // Pages go before what they use.
        let (pages, files): (Vec<_>, Vec<_>) = self.plan.deleted.iter().cloned().partition(|key| is_page(key));
        for keys in [pages, files] {
            if !keys.is_empty() {
                self.store.delete(&keys)?;
            }
        }
        for key in &self.plan.deleted {
            manifest.retired.remove(key);
        }
        Ok(owner.replace(&manifest)?)
    }

    fn new_manifest(&self, owner: &Owner<'_>, remote: &Remote, now: i64) -> RemoteManifest {
        let mut retired = remote.manifest.retired.clone();
        for key in &self.plan.retired {
            let sent = remote.stands(key).cloned();
            retired.entry(key.clone()).or_insert(Retired { since: now, sent });
        }
        let base = self.plan.list.base.as_ref().map(base_key);
        retired.retain(|key, _| !self.site.objects.contains_key(key) && base.as_ref() != Some(key));
        RemoteManifest {
            version: 2,
            id: owner.id.clone(),
            site: Some(self.site.digest),
            sequence: self.options.sequence.or(remote.manifest.sequence),
            unconditional: owner.unconditional,
            list: self.plan.list.clone(),
            retired,
            claim: None,
        }
    }
}

fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn overtaken() -> Diagnostic {
    let finding = rules::RACE.diagnostic("another publish has taken over this place meanwhile, so this one stops");
    finding.hint("run it again when the other one is done, if this site is the newer one")
}

fn busy(store: &Store, claim: &Claim) -> Diagnostic {
    let began = jiff::Timestamp::from_second(claim.began).map(|time| time.to_string()).unwrap_or_default();
    let message = format!("another publish to `{}`, begun at {began}, is under way or has just ended", store.url());
    rules::RACE.diagnostic(message).hint("run it again; `--force` does not wait for others")
}

/// Tells the renewing thread that the work is over.
struct Ended<'a>(&'a AtomicBool, &'a std::thread::Thread);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

/// The right to write, as long as the manifest is the one that was written last.
struct Owner<'a> {
    store: &'a Store,
    id: String,
    /// What is in the store: the manifest with the claim.
    claimed: RemoteManifest,
    version: Mutex<Option<Version>>,
    lost: AtomicBool,
    /// When the manifest was last written.
    confirmed: Mutex<Instant>,
    unconditional: bool,
}

impl<'a> Owner<'a> {
    /// Writes the claim, if the manifest still is the one that was read.
    fn claim(work: &mut Publish<'a>, remote: &Remote, now: i64, steps: &[Step]) -> Result<Self, Stop> {
        let mut writes: BTreeSet<String> = steps
            .iter()
            .flat_map(|step| match step {
                Step::Announce(keys) | Step::Write(keys) => keys.iter().cloned(),
            })
            .collect();
        writes.extend(work.plan.list.base.iter().filter(|_| work.plan.has_new_base(remote)).map(base_key));
        writes.extend(remote.manifest.claim.iter().flat_map(|claim| claim.writes.iter().cloned()));
        let mut claimed = remote.manifest.clone();
        let moment = (std::process::id(), jiff::Timestamp::now().as_nanosecond().to_string());
        let id = Digest::of("publish", &moment).short(16);
        (claimed.version, claimed.id) = (2, id.clone());
        claimed.claim = Some(Claim { site: work.site.digest, began: now, renewed: now, writes });
        let unconditional = remote.manifest.unconditional;
        let mut owner = Self {
            store: work.store,
            id,
            claimed,
            version: Mutex::new(remote.version.clone()),
            lost: AtomicBool::new(false),
            confirmed: Mutex::new(Instant::now()),
            unconditional,
        };
        let store = work.store;
        owner.replace(&owner.claimed)?;
        if remote.version.is_none() && store.keeps_headers() {
            // The manifest is there now, so a store that knows conditions does not make it once more.
            let (bytes, headers) = owner.claimed.to_object(store).map_err(anyhow::Error::from)?;
            match store.swap(MANIFEST_KEY, bytes, &headers, None) {
                Err(StoreError::Changed(_)) => {}
                Ok(version) => {
                    owner.unconditional = true;
                    *held(&owner.version) = Some(version);
                }
                Err(StoreError::Unsupported) => owner.unconditional = true,
                Err(error) => return Err(error.into()),
            }
        }
        if owner.unconditional {
            let message = format!("`{}` does not keep two publishes apart: it ignores conditional writes", store.url());
            work.found.push(rules::NO_CONDITIONS.diagnostic(message).hint("let your CI run one publish at a time"));
        }
        Ok(owner)
    }

    /// Writes the manifest, if the last one is ours.
    fn replace(&self, manifest: &RemoteManifest) -> Result<(), StoreError> {
        let failed =
            |error: std::io::Error| StoreError::Failed { key: MANIFEST_KEY.to_owned(), reason: error.to_string() };
        let (bytes, headers) = manifest.to_object(self.store).map_err(failed)?;
        let mut version = held(&self.version);
        match self.store.swap(MANIFEST_KEY, bytes.clone(), &headers, version.as_ref()) {
            Ok(new) => *version = Some(new),
            Err(StoreError::Unsupported) => {
                self.store.write(MANIFEST_KEY, bytes, &headers)?;
            }
            Err(StoreError::Changed(key)) => {
                // When an answer was lost the request is sent again, and then meets what the first one wrote.
                let there = Remote::of_manifest(self.store)?;
                if there.manifest != *manifest {
                    self.lost.store(true, Ordering::Relaxed);
                    return Err(StoreError::Changed(key));
                }
                *version = there.version;
            }
            Err(error) => return Err(error),
        }
        *held(&self.confirmed) = Instant::now();
        Ok(())
    }

    fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Whether the claim was ours a moment ago: nobody takes over one that was renewed within half its lease.
    fn may_write(&self, lease: Duration) -> bool {
        !self.is_lost() && (held(&self.confirmed).elapsed() < lease / 2 || self.renew().is_ok())
    }

    /// Writes the claim again, with another time.
    fn renew(&self) -> Result<(), StoreError> {
        let mut manifest = self.claimed.clone();
        if let Some(claim) = &mut manifest.claim {
            claim.renewed = jiff::Timestamp::now().as_second();
        }
        self.replace(&manifest)
    }

    /// Renews the claim from time to time while `work` goes on, so that others see that it is alive.
    fn while_renewed(&self, pace: Duration, work: impl FnOnce() -> Result<(), Stop>) -> Result<(), Stop> {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let renewer = scope.spawn(|| {
                let mut next = Instant::now() + pace;
                while !done.load(Ordering::Acquire) {
                    std::thread::park_timeout(next.saturating_duration_since(Instant::now()));
                    if Instant::now() < next || done.load(Ordering::Acquire) {
                        continue;
                    }
                    if self.renew().is_err() && self.is_lost() {
                        return;
                    }
                    next = Instant::now() + pace;
                }
            });
            // Also when the work panics: nobody would end the renewing.
            let _ended = Ended(&done, renewer.thread());
            work()
        })
    }
}
