//! Lists, page by page.

use percent_encoding::utf8_percent_encode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{ApiServer, QUERY};
use crate::{ErrorKind, Result};

/// As many as kubectl asks for at a time.
const PAGE: u32 = 500;
/// A list whose continue token expired begins again; a cluster that keeps on doing that is not well.
const MAX_RESTARTS: usize = 3;

#[derive(Deserialize)]
struct List<T> {
    #[serde(default)]
    metadata: Metadata,
    // Go writes an empty list as null.
    items: Option<Vec<T>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    resource_version: String,
    #[serde(default, rename = "continue")]
    next: String,
}

impl ApiServer {
    /// The objects at `path` that match `label_selector` (all of them if empty), and the resource version of their list.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        label_selector: &str,
    ) -> Result<(Vec<T>, String)> {
        for _ in 0..MAX_RESTARTS {
            match self.pages(path, label_selector).await {
                // The continue token outlived the API server's history (5 minutes): list again.
                Err(error) if error.code() == Some("410") => continue,
                result => return result,
            }
        }
        let what = path.rsplit('/').next().unwrap_or_default();
        let message = format!("the list of {what} kept on expiring");
        Err(self.error(ErrorKind::Unreachable, message).retryable(true))
    }

    async fn pages<T: DeserializeOwned>(&self, path: &str, label_selector: &str) -> Result<(Vec<T>, String)> {
        let mut items = Vec::new();
        let mut token = String::new();
        loop {
            let mut asked = format!("{path}?limit={PAGE}");
            for (name, value) in [("labelSelector", label_selector), ("continue", &token)] {
                if !value.is_empty() {
                    asked.push_str(&format!("&{name}={}", utf8_percent_encode(value, QUERY)));
                }
            }
            let page: List<T> = self.get_json(&asked).await?;
            items.extend(page.items.into_iter().flatten());
            if page.metadata.next.is_empty() {
                return Ok((items, page.metadata.resource_version));
            }
            token = page.metadata.next;
        }
    }
}
