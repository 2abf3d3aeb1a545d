//! AWS's wire protocols: an HTTP request becomes a [`Call`], an [`Answer`] or [`AwsError`] becomes a response.
//!
//! | service | protocol |
//! |---|---|
//! | EKS | rest-json |
//! | Cost Explorer, Logs, Price List, Service Quotas, SSM | json 1.1 |
//! | Auto Scaling, CloudFormation, ELB, ELB v2, IAM, STS | query |
//! | EC2 | ec2 query |
//!
//! Formats: facts/aws.md §0.

mod credentials;
mod error;
mod json;
mod params;
mod query;
mod response;
mod rest_json;
mod xml;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

pub(crate) use credentials::{Credentials, amz_date};
pub(crate) use error::AwsError;
pub(crate) use params::Params;
pub(crate) use xml::Xml;

/// The services that the simulator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Service {
    AutoScaling,
    CloudFormation,
    CostExplorer,
    Ec2,
    Eks,
    Elb,
    ElbV2,
    Iam,
    Logs,
    Pricing,
    Quotas,
    Ssm,
    Sts,
}

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Ec2,
    /// JSON with the operation in a header.
    Json,
    Query,
    RestJson,
}

impl Service {
    pub(crate) const ALL: [Self; 13] = [
        Self::AutoScaling,
        Self::CloudFormation,
        Self::CostExplorer,
        Self::Ec2,
        Self::Eks,
        Self::Elb,
        Self::ElbV2,
        Self::Iam,
        Self::Logs,
        Self::Pricing,
        Self::Quotas,
        Self::Ssm,
        Self::Sts,
    ];

    /// The signing name, which is also the IAM prefix.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AutoScaling => "autoscaling",
            Self::CloudFormation => "cloudformation",
            Self::CostExplorer => "ce",
            Self::Ec2 => "ec2",
            Self::Eks => "eks",
            // Both generations, which are told apart by the version of their API.
            Self::Elb | Self::ElbV2 => "elasticloadbalancing",
            Self::Iam => "iam",
            Self::Logs => "logs",
            Self::Pricing => "pricing",
            Self::Quotas => "servicequotas",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// What AWS's own SDKs call the service's client.
    pub(crate) fn client(self) -> &'static str {
        match self {
            Self::Elb => "elb",
            Self::ElbV2 => "elbv2",
            Self::Quotas => "service-quotas",
            other => other.name(),
        }
    }

    fn protocol(self) -> Protocol {
        match self {
            Self::Ec2 => Protocol::Ec2,
            Self::Eks => Protocol::RestJson,
            Self::CostExplorer | Self::Logs | Self::Pricing | Self::Quotas | Self::Ssm => Protocol::Json,
            Self::AutoScaling | Self::CloudFormation | Self::Elb | Self::ElbV2 | Self::Iam | Self::Sts => {
                Protocol::Query
            }
        }
    }

    /// Whether requests and answers are JSON, whose error codes are spelt otherwise than those of XML.
    pub(crate) fn speaks_json(self) -> bool {
        matches!(self.protocol(), Protocol::Json | Protocol::RestJson)
    }

    /// The XML namespace of the service's answers; empty for those that speak JSON.
    fn namespace(self) -> &'static str {
        match self {
            Self::AutoScaling => "http://autoscaling.amazonaws.com/doc/2011-01-01/",
            Self::CloudFormation => "http://cloudformation.amazonaws.com/doc/2010-05-15/",
            Self::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
            Self::Elb => "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
            Self::ElbV2 => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::CostExplorer | Self::Eks | Self::Logs | Self::Pricing | Self::Quotas | Self::Ssm => "",
        }
    }

    /// Whether this is the version of the service's API. No two query services have the same.
    fn has_version(self, version: &str) -> bool {
        !version.is_empty() && self.namespace().contains(&format!("/{version}/"))
    }
}

/// What a client asks for.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) operation: String,
    pub(crate) region: String,
    pub(crate) input: Input,
    /// What becomes of what the call makes, if a fault has it fail: code and message.
    pub(crate) failure: Option<(String, String)>,
}

/// The members of a request.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// Of a query or ec2 service.
    Params(Params),
    /// Of a service that speaks JSON: the body; with rest-json the labels of the path and the query string, too.
    Json(Value),
}

impl From<Params> for Input {
    fn from(params: Params) -> Self {
        Self::Params(params)
    }
}

impl From<Value> for Input {
    fn from(body: Value) -> Self {
        Self::Json(body)
    }
}

impl Call {
    /// The parameters of a query or ec2 call; empty for one in JSON.
    pub(crate) fn params(&self) -> &Params {
        static NONE: Params = Params::NONE;
        match &self.input {
            Input::Params(params) => params,
            Input::Json(_) => &NONE,
        }
    }

    /// The members of a call in JSON; null for a query call.
    pub(crate) fn json(&self) -> &Value {
        match &self.input {
            Input::Params(_) => &Value::Null,
            Input::Json(value) => value,
        }
    }
}

/// What a service answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A query operation whose model has no output: the response has no result element.
    Nothing,
    /// The children of the result element of a query service, or of the response element of EC2.
    Xml(Vec<Xml>),
    /// The body of a service that speaks JSON.
    Json(Value),
}

impl Answer {
    /// A query operation whose model has an output without members: the result element is empty.
    pub(crate) const EMPTY: Self = Self::Xml(Vec::new());

    /// The answer as one XML element, for services that call other services.
    pub(crate) fn xml(self) -> Xml {
        match self {
            Self::Xml(children) => Xml::new("answer").children(children),
            Self::Nothing | Self::Json(_) => Xml::new("answer"),
        }
    }

    /// The answer of a service that speaks JSON; null for others.
    pub(crate) fn json(self) -> Value {
        match self {
            Self::Nothing | Self::Xml(_) => Value::Null,
            Self::Json(value) => value,
        }
    }
}

/// Reads a request. `Err` has the service whose error format the answer must take.
pub(crate) fn read(request: &Request<Bytes>) -> Result<(Call, Credentials), (Service, AwsError)> {
    let credentials = Credentials::read(request);
    let named = Service::from_name(&credentials.service).or_else(|| service_of_host(request));
    let named = named.map(|service| generation(service, request));
    let Some(service) = named.or_else(|| service_of_form(request)) else {
        let message = format!("The simulator has no service called `{}`.", credentials.service);
        return Err((Service::Sts, AwsError::new("UnknownService", message).status(404)));
    };
    let (operation, input) = match service.protocol() {
        Protocol::RestJson => {
            rest_json::read(request).map(|(operation, value)| (operation, Input::Json(value)))
        }
        Protocol::Json => json::read(request).map(|(operation, value)| (operation, Input::Json(value))),
        Protocol::Query | Protocol::Ec2 => {
            query::read(request, service).map(|(operation, params)| (operation, Input::Params(params)))
        }
    }
    .map_err(|error| (service, error))?;
    let region = credentials.region.clone();
    Ok((Call { service, operation, region, input, failure: None }, credentials))
}

/// Writes a response.
pub(crate) fn write(
    service: Service,
    operation: &str,
    request_id: &str,
    outcome: &Result<Answer, AwsError>,
) -> Response<Bytes> {
    match (service.protocol(), outcome) {
        (Protocol::RestJson, Ok(answer)) => rest_json::write(answer.clone().json(), request_id),
        (Protocol::RestJson, Err(error)) => rest_json::write_error(error, request_id),
        (Protocol::Json, Ok(answer)) => json::write(answer.clone().json(), request_id),
        (Protocol::Json, Err(error)) => json::write_error(error, request_id),
        (_, Ok(answer)) => query::write(service, operation, answer, request_id),
        (_, Err(error)) => query::write_error(service, error, request_id),
    }
}

pub(crate) use rest_json::EKS_ROUTES;

fn service_of_host(request: &Request<Bytes>) -> Option<Service> {
    let host = request
        .uri()
        .host()
        .or_else(|| request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok()))?;
    Service::from_name(host.split('.').next()?)
}

/// Of two services with one name and one host the one whose version the request has.
fn generation(service: Service, request: &Request<Bytes>) -> Service {
    let same = |other: &Service| other.name() == service.name();
    service_of_form(request).filter(same).unwrap_or(service)
}

/// The service of a request that is not signed: EKS has paths, and each query service one API version.
fn service_of_form(request: &Request<Bytes>) -> Option<Service> {
    if request.uri().path() != "/" {
        return Some(Service::Eks);
    }
    let (_, version) = form_urlencoded::parse(request.body()).find(|(name, _)| name == "Version")?;
    Service::ALL.into_iter().find(|service| service.has_version(&version))
}
