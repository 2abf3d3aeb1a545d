//! The clients of one region, built in one place.

#[cfg(test)]
mod tests;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::call::Call;
use super::classify::{Class, Refusal};
use super::limiter::Limiter;
use crate::{Error, ErrorKind, Result};

/// Every call has these (facts/failures.md P10); a wait is made of many calls and has its own deadline.
const CONNECT: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_secs(10);
const OPERATION: Duration = Duration::from_secs(30);

/// AWS's clients for one region and one set of credentials, behind one limiter. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Wire(Arc<Inner>);

struct Inner {
    eks: aws_sdk_eks::Client,
    cloudformation: aws_sdk_cloudformation::Client,
    iam: aws_sdk_iam::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    sts: aws_sdk_sts::Client,
    service_quotas: aws_sdk_servicequotas::Client,
    pricing: Option<aws_sdk_pricing::Client>,
    cost_explorer: Option<aws_sdk_costexplorer::Client>,
    #[cfg(feature = "ec2")]
    autoscaling: aws_sdk_autoscaling::Client,
    #[cfg(feature = "ec2")]
    ec2: aws_sdk_ec2::Client,
    #[cfg(feature = "ec2")]
    elb: aws_sdk_elasticloadbalancing::Client,
    #[cfg(feature = "ec2")]
    elbv2: aws_sdk_elasticloadbalancingv2::Client,
    limiter: Limiter,
    region: String,
    credentials: Option<SharedCredentialsProvider>,
    sleep: SharedAsyncSleep,
    time: SharedTimeSource,
}

/// Where the Price List of a region is served from (user guide, "AWS Price List Query API"). China's are in yuan, and the
/// other partitions have none.
fn price_list_region(region: &str) -> Option<&'static str> {
    let elsewhere = ["cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"];
    (!elsewhere.iter().any(|prefix| region.starts_with(prefix))).then_some("us-east-1")
}

/// Where Cost Explorer of a region's partition is (service endpoints, "AWS Cost Explorer"). GovCloud's costs are shown in the
/// account of the `aws` partition that it belongs to, and the isolated partitions have none.
fn cost_explorer_region(region: &str) -> Option<&'static str> {
    let elsewhere = ["us-gov-", "us-iso", "eu-iso", "eusc-"];
    match region {
        _ if elsewhere.iter().any(|prefix| region.starts_with(prefix)) => None,
        _ if region.starts_with("cn-") => Some("cn-northwest-1"),
        _ => Some("us-east-1"),
    }
}

impl Wire {
    /// The clients that `config` describes. `seed` spreads the limiter's pauses.
    ///
    /// Fails without a region, and without a sleep or a clock: the SDK would then drop its time-outs
    /// silently (facts/failures.md S9).
    pub(crate) fn new(config: &SdkConfig, seed: u64) -> Result<Self> {
        let region = config.region().ok_or_else(|| {
            Error::new(ErrorKind::InvalidSpec, "no AWS region is set")
                .with_hint("Name a region, set AWS_REGION, or set `region` in the AWS profile")
        })?;
        let missing = |what: &str| {
            Error::new(ErrorKind::Internal, format!("the AWS configuration has no {what}"))
                .with_hint("Build it with `aws_config::defaults`, or set `sleep_impl` and `time_source`")
        };
        let sleep = config.sleep_impl().ok_or_else(|| missing("sleep implementation"))?;
        let time = config.time_source().ok_or_else(|| missing("time source"))?;
        let hardened = hardened(config);
        Ok(Self(Arc::new(Inner {
            eks: aws_sdk_eks::Client::new(&hardened),
            cloudformation: aws_sdk_cloudformation::Client::new(&hardened),
            iam: aws_sdk_iam::Client::new(&hardened),
            logs: aws_sdk_cloudwatchlogs::Client::new(&hardened),
            sts: aws_sdk_sts::Client::new(&hardened),
            service_quotas: aws_sdk_servicequotas::Client::new(&hardened),
            pricing: price_list_region(region.as_ref()).map(|home| {
                let config =
                    aws_sdk_pricing::config::Builder::from(&hardened).region(Region::from_static(home));
                aws_sdk_pricing::Client::from_conf(config.build())
            }),
            cost_explorer: cost_explorer_region(region.as_ref()).map(|home| {
                let config =
                    aws_sdk_costexplorer::config::Builder::from(&hardened).region(Region::from_static(home));
                aws_sdk_costexplorer::Client::from_conf(config.build())
            }),
            #[cfg(feature = "ec2")]
            autoscaling: aws_sdk_autoscaling::Client::new(&hardened),
            #[cfg(feature = "ec2")]
            ec2: aws_sdk_ec2::Client::new(&hardened),
            #[cfg(feature = "ec2")]
            elb: aws_sdk_elasticloadbalancing::Client::new(&hardened),
            #[cfg(feature = "ec2")]
            elbv2: aws_sdk_elasticloadbalancingv2::Client::new(&hardened),
            limiter: Limiter::new(sleep.clone(), time.clone(), seed),
            region: region.as_ref().to_owned(),
            credentials: config.credentials_provider(),
            sleep,
            time,
        })))
    }

    pub(crate) fn eks(&self) -> &aws_sdk_eks::Client {
        &self.0.eks
    }

    pub(crate) fn cloudformation(&self) -> &aws_sdk_cloudformation::Client {
        &self.0.cloudformation
    }

    pub(crate) fn iam(&self) -> &aws_sdk_iam::Client {
        &self.0.iam
    }

    pub(crate) fn logs(&self) -> &aws_sdk_cloudwatchlogs::Client {
        &self.0.logs
    }

    pub(crate) fn sts(&self) -> &aws_sdk_sts::Client {
        &self.0.sts
    }

    pub(crate) fn service_quotas(&self) -> &aws_sdk_servicequotas::Client {
        &self.0.service_quotas
    }

    /// The Price List; `None` in a partition that has none.
    pub(crate) fn pricing(&self) -> Option<&aws_sdk_pricing::Client> {
        self.0.pricing.as_ref()
    }

    /// Cost Explorer; `None` in a partition that has none.
    pub(crate) fn cost_explorer(&self) -> Option<&aws_sdk_costexplorer::Client> {
        self.0.cost_explorer.as_ref()
    }

    #[cfg(feature = "ec2")]
    pub(crate) fn autoscaling(&self) -> &aws_sdk_autoscaling::Client {
        &self.0.autoscaling
    }

    #[cfg(feature = "ec2")]
    pub(crate) fn ec2(&self) -> &aws_sdk_ec2::Client {
        &self.0.ec2
    }

    #[cfg(feature = "ec2")]
    pub(crate) fn elb(&self) -> &aws_sdk_elasticloadbalancing::Client {
        &self.0.elb
    }

    #[cfg(feature = "ec2")]
    pub(crate) fn elbv2(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        &self.0.elbv2
    }

    pub(crate) fn region(&self) -> &str {
        &self.0.region
    }

    /// Where credentials come from; `None` if the configuration names no source.
    pub(crate) fn credentials(&self) -> Option<&SharedCredentialsProvider> {
        self.0.credentials.as_ref()
    }

    pub(crate) fn sleep(&self) -> &SharedAsyncSleep {
        &self.0.sleep
    }

    pub(crate) fn time(&self) -> &SharedTimeSource {
        &self.0.time
    }

    /// Sends one request when the limiter allows it, once. It is made then, and in a box: whoever waits here, as an operation
    /// that AWS throttles does, holds what it says and not the ten kilobytes that sending takes.
    pub(crate) async fn send<T, E, F>(&self, call: &Call, request: impl FnOnce() -> F) -> Result<T, Refusal>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        self.0.limiter.admit(call).await;
        let answer = Box::pin(request()).await;
        self.answered(call, answer)
    }

    /// Sends one request for each page, each when the limiter allows it. The stream is made once the first may be sent:
    /// it has room for 32 pages from its beginning.
    pub(crate) async fn pages<T, E>(
        &self,
        call: &Call,
        pages: impl FnOnce() -> PaginationStream<Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<Vec<T>, Refusal>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        self.0.limiter.admit(call).await;
        let mut pages = pages();
        let mut answers = Vec::new();
        while let Some(page) = pages.next().await {
            answers.push(self.answered(call, page)?);
            self.0.limiter.admit(call).await;
        }
        self.0.limiter.give_back(call);
        Ok(answers)
    }

    fn answered<T, E>(&self, call: &Call, answer: Result<T, SdkError<E, HttpResponse>>) -> Result<T, Refusal>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let refusal = match answer {
            Ok(answer) => {
                self.0.limiter.accepted(call);
                tracing::debug!(%call, resource = call.resource, "answered");
                return Ok(answer);
            }
            Err(error) => Refusal::of(call, error),
        };
        if refusal.class == Class::Throttled {
            self.0.limiter.throttled(call);
        }
        tracing::debug!(%call, resource = call.resource, class = ?refusal.class, "refused");
        Err(refusal)
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("region", &self.0.region).finish_non_exhaustive()
    }
}

/// Trying again is the loop's business alone, and no answer is a stream.
fn hardened(config: &SdkConfig) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    config
        .to_builder()
        .behavior_version(BehaviorVersion::latest())
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .timeout_config(timeouts)
        .build()
}
