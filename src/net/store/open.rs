use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::HttpConnector;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use serde::{Deserialize, Serialize};

use super::count::Counter;
use super::error::plain;
use super::profile::{Profile, profile};
use super::{StoreError, StoreKind, StoreUrl};

/// How a store is reached. Credentials are never here: they come from the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreOptions {
    /// Address of a store of one's own: `https://minio.example.com`.
    pub endpoint: Option<String>,
    /// Region of the bucket.
    pub region: Option<String>,
    /// `false`: the bucket is part of the host's name and not of the path; only for S3.
    pub path_style: Option<bool>,
    /// Profile of the AWS command line's files.
    pub profile: Option<String>,
    /// Storage account of Azure.
    pub account: Option<String>,
}

/// Some seconds of trouble are waited for, but a job of CI does not hang for minutes.
fn retry() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(8),
            base: 2.0,
        },
        max_retries: 6,
        retry_timeout: Duration::from_mins(1),
    }
}

fn client(endpoint: Option<&str>) -> ClientOptions {
    let plain = endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"));
    ClientOptions::new()
        .with_connect_timeout(Duration::from_secs(10))
        .with_timeout(Duration::from_mins(2))
        .with_allow_http(plain)
}

/// Makes the client of a store. Nothing is sent yet.
pub(super) fn open(
    url: &StoreUrl,
    options: &StoreOptions,
    counter: &Counter,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
    // Another provider that was installed before does as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    let failed = |error: object_store::Error| StoreError::Setup(plain(&error.to_string()));
    Ok(match url.kind {
        StoreKind::S3 => Arc::new(s3(url, options, counter.clone())?.build().map_err(failed)?),
        StoreKind::Google => Arc::new(google(url, options, counter.clone()).build().map_err(failed)?),
        StoreKind::Azure => Arc::new(azure(url, options, counter.clone()).build().map_err(failed)?),
        StoreKind::Directory => {
            std::fs::create_dir_all(&url.prefix)
                .map_err(|error| StoreError::Setup(format!("the folder `{}` cannot be made: {error}", url.prefix)))?;
            let store = LocalFileSystem::new_with_prefix(&url.prefix).map_err(failed)?;
            Arc::new(store.with_automatic_cleanup(true))
        }
    })
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn s3(url: &StoreUrl, options: &StoreOptions, counter: impl HttpConnector) -> Result<AmazonS3Builder, StoreError> {
    let mut builder = AmazonS3Builder::from_env();
    let own = variable(&["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]);
    let named = options.profile.clone().or_else(|| variable(&["AWS_PROFILE"]));
    let found = match &named {
        Some(name) => {
            Some(profile(name).ok_or_else(|| StoreError::Setup(format!("there is no AWS profile `{name}`")))?)
        }
        None if own.is_none() => profile("default"),
        None => None,
    };
    let found = found.unwrap_or_default();
    builder = with_profile(builder, &found, named.as_deref().unwrap_or("default"))?;
    let region = options.region.clone().or_else(|| variable(&["AWS_REGION", "AWS_DEFAULT_REGION"]));
    if let Some(region) = region.or_else(|| found.get("region").cloned()) {
        builder = builder.with_region(region);
    }
    let endpoint = options.endpoint.clone();
    let endpoint = endpoint.or_else(|| variable(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"]));
    let endpoint = endpoint.or_else(|| found.get("endpoint_url").cloned());
    if let Some(endpoint) = &endpoint {
        let path_style = options.path_style.unwrap_or(true);
        let address = if path_style { endpoint.clone() } else { with_bucket(endpoint, &url.bucket) };
        builder = builder.with_config(object_store::aws::AmazonS3ConfigKey::S3Endpoint, address);
    }
    let virtual_hosted = !options.path_style.unwrap_or(endpoint.is_some());
    Ok(builder
        .with_bucket_name(&url.bucket)
        .with_virtual_hosted_style_request(virtual_hosted)
        .with_client_options(client(endpoint.as_deref()))
        .with_retry(retry())
        // The store compares what arrived with this and refuses what was damaged on its way.
        .with_checksum_algorithm(Checksum::SHA256)
        .with_http_connector(counter))
}

fn with_profile(builder: AmazonS3Builder, found: &Profile, name: &str) -> Result<AmazonS3Builder, StoreError> {
    let Some((id, secret)) = found.get("aws_access_key_id").zip(found.get("aws_secret_access_key")) else {
        let other = ["sso_session", "sso_start_url", "credential_process", "role_arn"];
        return match other.iter().find(|key| found.contains_key(**key)) {
            Some(key) => Err(StoreError::Setup(format!(
                "the AWS profile `{name}` has `{key}`, which is not read; run `aws configure export-credentials --format env` first"
            ))),
            None => Ok(builder),
        };
    };
    let builder = builder.with_access_key_id(id).with_secret_access_key(secret);
    Ok(match found.get("aws_session_token") {
        Some(token) => builder.with_token(token),
        None => builder,
    })
}

/// `https://host` as `https://bucket.host`.
fn with_bucket(endpoint: &str, bucket: &str) -> String {
    match endpoint.split_once("://") {
        Some((scheme, host)) => format!("{scheme}://{bucket}.{host}"),
        None => endpoint.to_owned(),
    }
}

fn google(url: &StoreUrl, options: &StoreOptions, counter: impl HttpConnector) -> GoogleCloudStorageBuilder {
    let emulator = variable(&["STORAGE_EMULATOR_HOST"]);
    let endpoint = options.endpoint.clone().or_else(|| variable(&["CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"]));
    let endpoint = endpoint.or_else(|| emulator.clone()).or_else(google_base_url);
    let mut builder = GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(&url.bucket)
        .with_client_options(client(endpoint.as_deref()))
        .with_retry(retry())
        .with_http_connector(counter);
    if let Some(endpoint) = endpoint {
        builder = builder.with_base_url(endpoint.trim_end_matches('/'));
    }
    if emulator.is_some() { builder.with_skip_signature(true) } else { builder }
}

/// The address that a service account names: that of a stand-in, which may speak plain http.
fn google_base_url() -> Option<String> {
    let key = variable(&["GOOGLE_SERVICE_ACCOUNT_KEY"]).or_else(|| {
        let paths = ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_APPLICATION_CREDENTIALS"];
        std::fs::read_to_string(variable(&paths)?).ok()
    })?;
    let account: serde_json::Value = serde_json::from_str(&key).ok()?;
    Some(account.get("gcs_base_url")?.as_str()?.to_owned())
}

fn azure(url: &StoreUrl, options: &StoreOptions, counter: impl HttpConnector) -> MicrosoftAzureBuilder {
    let endpoint = options.endpoint.clone().or_else(|| variable(&["AZURE_STORAGE_ENDPOINT"]));
    let mut builder = MicrosoftAzureBuilder::from_env()
        .with_container_name(&url.bucket)
        .with_client_options(client(endpoint.as_deref()))
        .with_retry(retry())
        .with_http_connector(counter);
    if let Some(account) = options.account.clone().or_else(|| variable(&["AZURE_STORAGE_ACCOUNT"])) {
        builder = builder.with_account(account);
    }
    // As the Azure command line names them.
    if let Some(key) = variable(&["AZURE_STORAGE_KEY"]) {
        builder = builder.with_access_key(key);
    }
    if let Some(token) = variable(&["AZURE_STORAGE_SAS_TOKEN"]) {
        builder = builder.with_config(AzureConfigKey::SasKey, token);
    }
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    builder
}
