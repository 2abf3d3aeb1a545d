//! Access entries: the principals that have one.

use super::listed;
use crate::aws::{Refusal, Service, Wire};

pub(super) async fn list(wire: &Wire, cluster: &str) -> Result<Vec<String>, Refusal> {
    let call = Service::Eks.read("ListAccessEntries", format!("cluster {cluster}"));
    let pages = wire.eks().list_access_entries().cluster_name(cluster).into_paginator().send();
    listed(wire.pages(&call, pages).await, |page| page.access_entries)
}
