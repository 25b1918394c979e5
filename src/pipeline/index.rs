use std::collections::BTreeSet;

use super::memo::Memo;
use super::step::{Step, fenced, key};
use crate::base::{Diagnostic, Digest, Route};
use crate::search::{self, Form, SearchPage};

/// Bytes of the files of one part.
const PART: usize = 8 << 20;

/// Takes a file of the site; gives a finding when its address is taken.
pub(super) type Put<'a> = dyn Fn(&Route, &[u8]) -> anyhow::Result<Option<Diagnostic>> + Sync + 'a;

/// Writes the search index. Any change of any text makes all of it anew.
///
/// Its files are remembered in parts, so that no more than one part is in memory; the number of parts is remembered last.
pub(super) fn index(pages: &[SearchPage], form: &Form, memo: &Memo, put: &Put<'_>) -> anyhow::Result<Vec<Diagnostic>> {
    let whole = Digest::of("index", &(form, pages));
    let key = |part: u32| key(Step("index"), &(whole, part));
    let mut findings = Vec::new();
    let mut done = BTreeSet::new();
    if let Some(parts) = memo.get::<u32>(&key(0)) {
        for part in 1..=parts {
            let Some(files) = memo.get::<Vec<(Route, Vec<u8>)>>(&key(part)) else { break };
            for (route, bytes) in files {
                findings.extend(put(&route, &bytes)?);
                done.insert(route);
            }
            if part == parts {
                return Ok(findings);
            }
        }
    }
    let (mut part, mut size, mut number, mut failed) = (Vec::new(), 0, 0, None);
    let made = fenced(|| {
        search::index_into(pages, form, &mut |route, bytes| {
            if failed.is_some() {
                return;
            }
            if !done.contains(&route) {
                match put(&route, &bytes) {
                    Ok(found) => findings.extend(found),
                    Err(error) => failed = Some(error),
                }
            }
            size += bytes.len();
            part.push((route, bytes));
            if size > PART {
                number += 1;
                memo.put(key(number), &part);
                part.clear();
                size = 0;
            }
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    match made {
        Ok(Ok(())) => {}
        Ok(Err(error)) => anyhow::bail!("the search index cannot be made: {error:#}"),
        Err(panicked) => return Ok(vec![panicked.finding("search")]),
    }
    memo.put(key(number + 1), &part);
    memo.put(key(0), &(number + 1));
    Ok(findings)
}
