//! AWS's request rates as token buckets for each account and region (facts/aws.md §5.1).

use std::collections::BTreeMap;

use crate::instant::Instant;
use crate::wire::Service;

#[derive(Clone, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// The buckets of one account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Throttle {
    buckets: BTreeMap<(Service, &'static str, String), Bucket>,
}

impl Throttle {
    /// Takes a token for a call; `false`: the call is throttled.
    pub(crate) fn admit(&mut self, service: Service, operation: &str, region: &str, now: Instant) -> bool {
        let (name, size, refill) = rate(service, operation);
        let key = (service, name, region.to_owned());
        let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: size, at: now });
        let refilled = bucket.tokens + now.since(bucket.at).as_secs_f64() * refill;
        bucket.at = now;
        bucket.tokens = refilled.min(size);
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}

/// Name, size and refill per second of the bucket that `operation` draws from.
fn rate(service: Service, operation: &str) -> (&'static str, f64, f64) {
    let reads = ["Describe", "List", "Get"].iter().any(|verb| operation.starts_with(verb));
    match service {
        Service::Ec2 => match operation {
            "CreateNatGateway" | "DeleteNatGateway" => ("nat", 10.0, 1.0),
            "CreateTags" | "DeleteTags" => ("tags", 100.0, 10.0),
            "RunInstances" => ("run", 5.0, 2.0),
            "TerminateInstances" => ("terminate", 100.0, 5.0),
            _ if reads => ("read", 100.0, 20.0),
            _ => ("mutate", 50.0, 5.0),
        },
        Service::Eks if reads => ("read", 100.0, 10.0),
        Service::Eks => ("mutate", 20.0, 2.0),
        Service::CloudFormation if reads => ("read", 20.0, 10.0),
        Service::CloudFormation => ("mutate", 20.0, 5.0),
        Service::Iam if reads => ("read", 50.0, 10.0),
        Service::Iam => ("mutate", 20.0, 5.0),
        Service::Sts => ("all", 600.0, 600.0),
        // AWS publishes none: estimates, as for IAM.
        Service::AutoScaling | Service::Elb | Service::ElbV2 if reads => ("read", 40.0, 10.0),
        Service::AutoScaling | Service::Elb | Service::ElbV2 => ("mutate", 20.0, 3.0),
        // AWS states no rates for what these have of an EKS lifecycle, or ones that no lifecycle meets.
        Service::CostExplorer | Service::Logs | Service::Pricing | Service::Quotas | Service::Ssm => {
            ("all", 20.0, 10.0)
        }
    }
}
