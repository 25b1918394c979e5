use std::ops::Range;
use std::sync::Arc;

use super::memory_site::{MemoryFile, MemorySite};
use crate::http::{Answer, Body, Request};

/// The answer to a request for a file; `path` is below the base. A page that is asked for without its slash is redirected
/// there, anything else that is missing is the portal's own 404 page.
pub(super) fn answer(site: &MemorySite, request: &Request, path: &str) -> Answer {
    if let Some(file) = site.file(path) {
        return send(file, request, 200);
    }
    if site.file(&format!("{path}/")).is_some() {
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        return Answer::status(307).field("Location", format!("{}/{query}", request.raw_path));
    }
    site.file("404.html").map_or_else(|| Answer::status(404), |file| send(file, request, 404))
}

fn send(file: &Arc<MemoryFile>, request: &Request, status: u16) -> Answer {
    let accepts = |field: &str| field.split(',').any(|coding| coding.split(';').next().map(str::trim) == Some("gzip"));
    let wants_part = request.field("range").is_some();
    let packed = file.packed().filter(|_| !wants_part && request.field("accept-encoding").is_some_and(accepts));
    let tag = if packed.is_some() { format!("\"{}-gz\"", file.tag) } else { format!("\"{}\"", file.tag) };
    let mut answer = Answer {
        status,
        fields: vec![("Content-Type", file.media_type.to_owned()), ("ETag", tag.clone())],
        body: Body::Made(Vec::new()),
    };
    if file.packed().is_some() {
        answer.fields.push(("Vary", "Accept-Encoding".to_owned()));
    }
    if status == 200 && request.field("if-none-match").is_some_and(|field| names(field, &tag)) {
        answer.status = 304;
        return answer;
    }
    if let Some(packed) = packed {
        answer.fields.push(("Content-Encoding", "gzip".to_owned()));
        answer.body = Body::Shared(Arc::clone(packed), 0..packed.len());
        return answer;
    }
    answer.fields.push(("Accept-Ranges", "bytes".to_owned()));
    let length = file.bytes.len();
    let fresh = request.field("if-range").is_none_or(|field| field == tag);
    let part = request.field("range").filter(|_| status == 200 && fresh).and_then(|field| part(field, length));
    match part {
        Some(Ok(range)) => {
            answer.status = 206;
            answer.fields.push(("Content-Range", format!("bytes {}-{}/{length}", range.start, range.end - 1)));
            answer.body = Body::Shared(Arc::clone(&file.bytes), range);
            answer
        }
        Some(Err(())) => Answer::status(416).field("Content-Range", format!("bytes */{length}")),
        None => {
            answer.body = Body::Shared(Arc::clone(&file.bytes), 0..length);
            answer
        }
    }
}

/// Whether an `If-None-Match` names the tag.
fn names(field: &str, tag: &str) -> bool {
    field.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// The part that a `Range` asks for; `None` if the field is to be ignored (several parts, another unit, nonsense), `Err` if
/// there is no such part.
fn part(field: &str, length: usize) -> Option<Result<Range<usize>, ()>> {
    let (first, last) = field.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX))
    };
    if first.is_empty() {
        let count = number(last)?;
        return Some(if count == 0 || length == 0 { Err(()) } else { Ok(length.saturating_sub(count)..length) });
    }
    let start = number(first)?;
    let end = if last.is_empty() { length } else { number(last)?.saturating_add(1).min(length) };
    if !last.is_empty() && number(last)? < start {
        return None;
    }
    Some(if start >= length { Err(()) } else { Ok(start..end) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_http_says() {
        for (field, found) in [
            ("bytes=0-0", Some(Ok(0..1))),
            ("bytes=5-", Some(Ok(5..10))),
            ("bytes=5-99", Some(Ok(5..10))),
            ("bytes=-3", Some(Ok(7..10))),
            ("bytes=-99", Some(Ok(0..10))),
            ("bytes=10-", Some(Err(()))),
            ("bytes=-0", Some(Err(()))),
            ("bytes=0-18446744073709551616", Some(Ok(0..10))),
            ("bytes=5-2", None),
            ("bytes=a-b", None),
            ("bytes=0-,0-", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(part(field, 10), found, "{field}");
        }
        assert!(names("W/\"a\", \"b\"", "\"a\"") && names("*", "\"a\"") && !names("\"c\"", "\"a\""));
    }
}
