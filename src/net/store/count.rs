use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};

/// What was said over the network, with what was said again after a failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, those for credentials too.
    pub requests: u64,
    /// Bytes of their bodies.
    pub sent: u64,
    /// Bytes of the answers' bodies, as their heads announced them.
    pub received: u64,
}

/// Counters that all connections of a store share.
#[derive(Debug, Clone, Default)]
pub(super) struct Counter(Arc<[AtomicU64; 3]>);

impl Counter {
    pub(super) fn traffic(&self) -> Traffic {
        let [requests, sent, received] = [0, 1, 2].map(|index| self.0[index].load(Ordering::Relaxed));
        Traffic { requests, sent, received }
    }

    fn add(&self, index: usize, amount: u64) {
        self.0[index].fetch_add(amount, Ordering::Relaxed);
    }
}

impl HttpConnector for Counter {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let inner = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Counted { inner, counter: self.clone() }))
    }
}

#[derive(Debug)]
struct Counted {
    inner: HttpClient,
    counter: Counter,
}

impl HttpService for Counted {
    // Written out as the trait's macro does, which is no dependency of its own here.
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            self.counter.add(0, 1);
            self.counter.add(1, request.body().content_length() as u64);
            let response = self.inner.execute(request).await?;
            let length = response.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
            self.counter.add(2, length.unwrap_or(0));
            Ok(response)
        })
    }
}
