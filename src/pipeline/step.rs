use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use serde::Serialize;

use super::memo::{Memo, Product};
use super::rules::PANICKED;
use crate::base::{Diagnostic, Digest};

/// What separates the jobs of one step from all others: its name, and the sources that this program was built from.
#[derive(Debug, Clone, Copy)]
pub struct Step(pub &'static str);

/// A job that panicked: a fault of ours that one piece of content has brought to light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// What it said.
    pub message: String,
}

impl Panicked {
    /// What is said of it.
    pub fn finding(&self, about: impl Into<String>) -> Diagnostic {
        PANICKED.diagnostic(format!("internal fault: {}", self.message)).about(about)
    }
}

/// Runs every job, in parallel, or remembers its product; gives the products in the order of the jobs.
///
/// A job holds every input of its product, so its digest is its identity; equal jobs are run once. A panic costs only
/// the product of its own job.
pub fn map<J, P>(memo: &Memo, step: Step, jobs: &[J], run: impl Fn(&J) -> P + Sync) -> Vec<Result<P, Panicked>>
where
    J: Serialize + Sync,
    P: Product,
{
    map_lasting(memo, step, jobs, run, |_| true)
}

/// As [`map`], but remembers only products that last: not those of a failure that may pass.
pub fn map_lasting<J, P>(
    memo: &Memo,
    step: Step,
    jobs: &[J],
    run: impl Fn(&J) -> P + Sync,
    lasts: impl Fn(&P) -> bool + Sync,
) -> Vec<Result<P, Panicked>>
where
    J: Serialize + Sync,
    P: Product,
{
    jobs.par_iter().map(|job| one(memo, step, job, &run, &lasts)).collect()
}

/// As [`map`], but hands each product to `take` as soon as it is there, so that none has to be kept. The order in which
/// products come is not stated; each comes with the index of its job.
pub fn each<J, P, E>(
    memo: &Memo,
    step: Step,
    jobs: &[J],
    run: impl Fn(&J) -> P + Sync,
    take: impl Fn(usize, Result<P, Panicked>) -> Result<(), E> + Sync,
) -> Result<(), E>
where
    J: Serialize + Sync,
    P: Product,
    E: Send,
{
    jobs.par_iter().enumerate().try_for_each(|(index, job)| take(index, one(memo, step, job, &run, &|_| true)))
}

/// Runs work on one repository or entity so that a panic in it costs only its own result.
pub fn fenced<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let message = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Panicked { message: message.unwrap_or_else(|| "no message".to_owned()) }
    })
}

/// Identity of a job's product.
pub(super) fn key(step: Step, job: &impl Serialize) -> Digest {
    Digest::of(concat!(env!("CARGO_PKG_VERSION"), "-", env!("CALLBOARD_SOURCES")), &(step.0, job))
}

fn one<J, P>(
    memo: &Memo,
    step: Step,
    job: &J,
    run: &(impl Fn(&J) -> P + Sync),
    lasts: &impl Fn(&P) -> bool,
) -> Result<P, Panicked>
where
    J: Serialize,
    P: Product,
{
    // Without a memo nobody asks for the identity of a job, and to make it costs as much as many a product.
    if !memo.remembers() {
        memo.miss();
        return fenced(|| run(job));
    }
    let key = key(step, job);
    if let Some(product) = memo.get(&key) {
        return Ok(product);
    }
    let product = fenced(|| run(job))?;
    if lasts(&product) {
        memo.put(key, &product);
    }
    Ok(product)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn products_are_remembered_swept_and_kept_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let runs = AtomicUsize::new(0);
        let square = |jobs: &[u64]| {
            let memo = Memo::open(dir.path()).unwrap();
            let products = map(&memo, Step("square"), jobs, |job| {
                runs.fetch_add(1, Ordering::Relaxed);
                job * job
            });
            memo.close().unwrap();
            products.into_iter().map(Result::unwrap).collect::<Vec<_>>()
        };
        let jobs: Vec<u64> = (0..100).collect();
        let squares: Vec<u64> = jobs.iter().map(|job| job * job).collect();
        assert_eq!((square(&jobs), runs.swap(0, Ordering::Relaxed)), (squares.clone(), 100));
        assert_eq!((square(&jobs), runs.swap(0, Ordering::Relaxed)), (squares, 0));
        // A build that uses few of them sweeps the rest.
        assert_eq!((square(&[3]), runs.swap(0, Ordering::Relaxed)), (vec![9], 0));
        assert_eq!((square(&[4]), runs.swap(0, Ordering::Relaxed)), (vec![16], 1));
    }

    #[test]
    fn a_damaged_segment_costs_time_only() {
        let dir = tempfile::tempdir().unwrap();
        let run = || {
            let memo = Memo::open(dir.path()).unwrap();
            let product = map(&memo, Step("name"), &["a"], |job| format!("<{job}>"));
            memo.close().unwrap();
            product
        };
        assert_eq!(run(), vec![Ok("<a>".to_owned())]);
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() - 5]).unwrap();
        }
        assert_eq!(run(), vec![Ok("<a>".to_owned())]);
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        let dir = tempfile::tempdir().unwrap();
        let runs = AtomicUsize::new(0);
        for expected in [2, 3] {
            let memo = Memo::open(dir.path()).unwrap();
            let work = |job: &u64| {
                runs.fetch_add(1, Ordering::Relaxed);
                *job
            };
            map_lasting(&memo, Step("fails"), &[1, 2], work, |product| *product != 2);
            memo.close().unwrap();
            assert_eq!(runs.load(Ordering::Relaxed), expected);
        }
    }

    #[test]
    fn a_panic_costs_its_own_product_only() {
        let memo = Memo::forgetful();
        let products = map(&memo, Step("fragile"), &[1, 2, 3], |job| if *job == 2 { panic!("no {job}") } else { *job });
        assert_eq!(products, vec![Ok(1), Err(Panicked { message: "no 2".to_owned() }), Ok(3)]);
    }
}
