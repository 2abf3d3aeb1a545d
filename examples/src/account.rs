//! Where an example runs: on the embedded simulator, on an endpoint, or on AWS.

use std::env;

use eks_core::simulator::{Served, Simulator, SimulatorExt};
use eks_core::{Eks, Result};

/// Where an example runs.
pub enum Account {
    /// On a simulator in this process.
    Simulated(Simulator),
    /// Where `AWS_ENDPOINT_URL` points.
    Endpoint(String),
    /// On AWS, with the credentials of the standard chain.
    Aws,
}

impl Account {
    /// AWS if asked for, else the endpoint in `AWS_ENDPOINT_URL`, else the embedded simulator.
    pub fn choose(aws: bool) -> Self {
        match env::var("AWS_ENDPOINT_URL") {
            _ if aws => Self::Aws,
            Ok(url) if !url.is_empty() => Self::Endpoint(url),
            _ => Self::Simulated(Simulator::start()),
        }
    }

    /// A client. Where nothing names a region it is that of a create without one, so that the delete looks
    /// where the create was.
    ///
    /// # Errors
    ///
    /// As [`Eks::from_env`] and [`Served::at`].
    pub async fn eks(&self) -> Result<Eks> {
        let eks = match self {
            Self::Simulated(simulator) => simulator.eks(),
            Self::Endpoint(url) => match Served::at(url).await? {
                // In the simulator's time: what is over there in a second is not slept through.
                Some(served) => served.client().load().await?,
                None => Eks::from_env().await?,
            },
            Self::Aws => Eks::from_env().await?,
        };
        Ok(if eks.region().is_some() { eks } else { eks.in_region(Eks::DEFAULT_REGION) })
    }

    /// The simulator, if that is where it runs.
    pub fn simulator(&self) -> Option<&Simulator> {
        match self {
            Self::Simulated(simulator) => Some(simulator),
            Self::Endpoint(_) | Self::Aws => None,
        }
    }

    /// For the first line of an example.
    pub fn describe(&self) -> String {
        match self {
            Self::Simulated(_) => {
                "the embedded simulator: no account is touched, nothing is charged".to_owned()
            }
            Self::Endpoint(url) => format!("the endpoint {url}"),
            Self::Aws => "AWS: this costs money until it is deleted".to_owned(),
        }
    }
}
