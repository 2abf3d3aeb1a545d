//! The table. The first rule that fits decides; what fits none goes by its HTTP status.

use super::{Answer, Class};
use crate::aws::call::{Call, Service};

/// One row. `*` in operation, code and text stands for anything; texts are compared without case and may
/// begin and end anywhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    service: Option<Service>,
    operation: &'static str,
    code: &'static str,
    text: &'static str,
    pub(super) class: Class,
    pub(super) hint: Option<&'static str>,
}

/// The rule for an answer.
pub(super) fn rule(call: &Call, answer: &Answer<'_>) -> Option<&'static Rule> {
    let message = answer.message.to_lowercase();
    RULES.iter().find(|rule| {
        rule.service.is_none_or(|service| service == call.service)
            && fits(rule.operation, call.operation)
            && fits(rule.code, answer.code)
            && (rule.text.is_empty() || fits(&format!("*{}*", rule.text.to_lowercase()), &message))
    })
}

/// Whether `text` is `pattern`, in which `*` stands for anything.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, rest)) => text.strip_prefix(before).is_some_and(|text| {
            let mut starts = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
            rest.is_empty() || starts.any(|at| fits(rest, &text[at..]))
        }),
    }
}

const fn any(code: &'static str, text: &'static str, class: Class) -> Rule {
    Rule { service: None, operation: "*", code, text, class, hint: None }
}

const fn eks(operation: &'static str, code: &'static str, text: &'static str, class: Class) -> Rule {
    Rule { service: Some(Service::Eks), operation, code, text, class, hint: None }
}

const fn cloudformation(code: &'static str, text: &'static str, class: Class) -> Rule {
    Rule { service: Some(Service::CloudFormation), operation: "*", code, text, class, hint: None }
}

const fn logs(code: &'static str, class: Class) -> Rule {
    Rule { service: Some(Service::Logs), operation: "*", code, text: "", class, hint: None }
}

impl Rule {
    const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

const WRONG_KEYS: &str = "AWS does not know these keys: set AWS_PROFILE, run `aws sso login`, or check that the \
                          keys are of this partition and have their session token";
const CLOCK: &str = "Set this computer's clock, then check the secret key";
const ROLE: &str =
    "Check that the role exists, trusts the EKS service that uses it and has EKS's managed policies";

const POD_ROLE: &str =
    "Check that the role exists and trusts `pods.eks.amazonaws.com` with sts:AssumeRole and sts:TagSession";
const TAGS: &str = "Take tags away that nobody needs: AWS allows 50 on a resource";

use Class::*;

static RULES: &[Rule] = &[
    // Credentials: facts/aws.md §2.1, §2.10; facts/failures.md A4 row A12.
    any("ExpiredToken*", "", CredentialsExpired),
    any("RequestExpired", "", CredentialsExpired),
    any("*", "security token included in the request is expired", CredentialsExpired),
    any("UnrecognizedClientException", "", NoCredentials).hint(WRONG_KEYS),
    any("InvalidClientTokenId", "", NoCredentials).hint(WRONG_KEYS),
    any("InvalidAccessKeyId", "", NoCredentials).hint(WRONG_KEYS),
    any("AuthFailure", "", NoCredentials).hint(WRONG_KEYS),
    any("MissingAuthenticationToken*", "", NoCredentials),
    any("InvalidSignatureException", "", Denied).hint(CLOCK),
    any("SignatureDoesNotMatch", "", Denied).hint(CLOCK),
    any("RequestTimeTooSkewed", "", Denied).hint(CLOCK),
    any("OptInRequired", "", Denied).hint("Enable the region, or subscribe to the service, in this account"),
    // Member accounts of an organization (aws/aws-parallelcluster-ui#242).
    any("AccessDenied*", "Linked account doesn't have access to cost allocation tags", Denied)
        .hint("Activate them in the organization's management account, which has the bill"),
    // Permissions. Texts: facts/aws.md §2.3 (CDK#6074), IAM's own wording.
    any("*", "explicit deny", Denied).hint(
        "An explicit deny wins over every allow: look in the identity's policies, its permissions boundary and \
         the organization's service control policies",
    ),
    any("*", "is not authorized to perform", Denied),
    any("*", "Missing permissions for", Denied),
    any("AccessDenied*", "", Denied),
    any("UnauthorizedOperation", "", Denied),
    any("AuthorizationError*", "", Denied),
    // A resource has all the tags that it can have: the service models' codes, and EKS's as it says so (U).
    any("TooManyTags*", "", Quota).hint(TAGS),
    any("TagLimitExceeded", "", Quota).hint(TAGS),
    eks("TagResource", "BadRequestException", "maximum number of tags", Quota).hint(TAGS),
    // CloudFormation's word for "too many stacks" is everybody else's for throttling: facts/aws.md §2.8.
    cloudformation("LimitExceededException", "", Quota),
    // Throttling: facts/aws.md §5.2 (botocore's list), §2.1, §2.8.
    any("Throttling*", "", Throttled),
    any("ThrottledException", "", Throttled),
    any("RequestThrottled*", "", Throttled),
    any("TooManyRequestsException", "", Throttled),
    any("ProvisionedThroughputExceededException", "", Throttled),
    any("TransactionInProgressException", "", Throttled),
    any("RequestLimitExceeded", "", Throttled),
    any("BandwidthLimitExceeded", "", Throttled),
    any("LimitExceededException", "", Throttled),
    any("SlowDown", "", Throttled),
    any("PriorRequestNotComplete", "", Throttled),
    any("EC2ThrottledException", "", Throttled),
    any("*", "Rate exceeded", Throttled),
    // Operations that a service or an emulator does not have: facts/aws.md §12.
    any("InvalidAction", "", Unsupported),
    any("UnknownOperation*", "", Unsupported),
    any("NotImplemented*", "", Unsupported),
    any("UnsupportedOperation*", "", Unsupported),
    any("*", "has not been implemented", Unsupported),
    any("*", "not yet implemented", Unsupported),
    any("*", "No route for", Unsupported),
    // IAM's changes take seconds to be seen: facts/aws.md §2.3.
    eks("*", "InvalidParameterException", "roleArn,*does not exist", NotYet).hint(ROLE),
    eks("*", "InvalidParameterException", "Error in role params", NotYet).hint(ROLE),
    eks("*", "InvalidParameterException", "Role could not be assumed", NotYet).hint(ROLE),
    eks("*", "InvalidParameterException", "Role with arn:*could not be assumed", NotYet).hint(ROLE),
    eks("*", "InvalidParameterException", "The provided role doesn't have the Amazon EKS Managed Policies", NotYet)
        .hint(ROLE),
    eks("*", "InvalidParameterException", "IAM role's policy must include the", NotYet).hint(ROLE),
    eks("*", "InvalidParameterException", "Misconfigured PodExecutionRole Trust Policy", NotYet).hint(ROLE),
    eks("*", "InvalidParameterException", "The role with name*cannot be found", NotYet).hint(ROLE),
    // hashicorp/terraform-provider-aws#34711 and #41483.
    eks("*", "InvalidParameterException", "Role provided in the request does not exist", NotYet).hint(POD_ROLE),
    eks("*", "InvalidParameterException", "Trust policy of the role provided is invalid", NotYet).hint(POD_ROLE),
    // A principal made seconds before. Not in the facts: from memory of what Terraform retries.
    eks("CreateAccessEntry", "InvalidParameterException", "principalArn is invalid: invalid principal", NotYet)
        .hint("Check that the IAM principal exists"),
    // facts/aws.md §2.6 (Terraform's source): the role of an add-on, and an earlier failure being removed.
    eks("CreateAddon", "InvalidParameterException", "CREATE_FAILED", Conflict),
    eks("CreateAddon", "InvalidParameterException", "does not exist", NotYet),
    // EC2's new subnets and groups, as EKS passes its refusal on (facts/failures.md S2).
    eks("Create*", "InvalidParameterException", "InvalidSubnetID.NotFound", NotYet),
    eks("Create*", "InvalidParameterException", "InvalidGroup.NotFound", NotYet),
    any("ResourcePropagationDelayException", "", NotYet),
    // A child is created before its new parent can be seen everywhere: facts/failures.md S1, S2.
    eks("Create*", "ResourceNotFoundException", "", NotYet),
    eks("Associate*", "ResourceNotFoundException", "", NotYet),
    eks("Create*", "ClientException", "No cluster found", NotYet),
    // Names taken and locks held share a code: facts/aws.md §2.2, §2.4, §2.5.
    eks("*", "ResourceInUseException", "already exists", AlreadyThere),
    // Its own words, as Terraform's users quote them (U).
    eks("CreateAccessEntry", "ResourceInUseException", "already in use", AlreadyThere),
    eks("*", "ResourceInUseException", "has nodegroups attached", Conflict).hint("Delete its node groups first"),
    eks("*", "ResourceInUseException", "has capabilities attached", Conflict).hint("Delete its capabilities first"),
    eks("*", "ResourceInUseException", "", Conflict),
    eks("*", "InvalidRequestException", "is not in ACTIVE status", Conflict),
    eks("*", "Invalid*Exception", "currently has*in progress", Conflict),
    eks("*", "Invalid*Exception", "currently has*in status", Conflict),
    eks("*", "InvalidRequestException", "deletion protection", Invalid)
        .hint("Turn the cluster's deletion protection off first"),
    eks("*", "InvalidParameterException", "already at the desired configuration", AlreadyThere),
    eks("UpdateClusterConfig", "InvalidParameterException", "No changes needed", AlreadyThere),
    // hashicorp/terraform-provider-aws#19968; aws-controllers-k8s/community#3046.
    eks("AssociateEncryptionConfig", "InvalidParameterException", "already enabled", AlreadyThere),
    eks("UpdateClusterConfig", "InvalidRequestException", "Auto Mode is not enabled on this cluster", AlreadyThere),
    eks("*", "InvalidStateException", "", Invalid)
        .hint("Look at the cluster's upgrade insights (eks:ListInsights) and remove what blocks the upgrade"),
    // Zones: facts/aws.md §2.2, §2.4.
    eks("*", "UnsupportedAvailabilityZoneException", "", NoCapacity)
        .hint("Choose from the availability zones that the message names"),
    eks("*", "*", "Fargate Profile creation for the Availability Zone", NoCapacity)
        .hint("Leave that zone's subnet out of the Fargate profile"),
    eks("*", "*", "is not a private subnet", Invalid)
        .hint("Give the Fargate profile subnets without a route to an internet gateway"),
    eks("*", "ResourceLimitExceededException", "", Quota),
    eks("*", "ClientException", "No cluster found", Gone),
    eks("*", "ResourceNotFoundException", "", Gone),
    eks("*", "NotFoundException", "", Gone),
    eks("*", "ServerException", "", Transient),
    eks("*", "ServiceUnavailableException", "", Transient),
    eks("*", "Invalid*Exception", "", Invalid),
    eks("*", "BadRequestException", "", Invalid),
    eks("*", "ClientException", "", Invalid),
    // Stacks: facts/aws.md §2.8. ministack writes `cannot be updated`.
    cloudformation("AlreadyExistsException", "", AlreadyThere),
    cloudformation("TokenAlreadyExistsException", "", AlreadyThere),
    cloudformation("ValidationError", "does not exist", Gone),
    cloudformation("ValidationError", "No updates are to be performed", AlreadyThere),
    cloudformation("ValidationError", "_IN_PROGRESS state and can*not be", Conflict),
    // Of a stack that is being updated. Not in the facts: from memory.
    cloudformation("ValidationError", "cannot be deleted while in status", Conflict),
    cloudformation("ValidationError", "state and can*not be updated", Invalid)
        .hint("A stack in this state can only be deleted"),
    cloudformation("ValidationError", "TerminationProtection is enabled", Invalid)
        .hint("Turn the stack's termination protection off first"),
    cloudformation("*", "Replacement type updates not supported on stack with disable-rollback", Invalid)
        .hint("Bring the stack to rest first: a change that replaces a resource needs rollback enabled"),
    cloudformation("OperationInProgressException", "", Conflict),
    // Somebody has executed it, or changed its stack: that shows.
    cloudformation("InvalidChangeSetStatus", "in its current execution status", AlreadyThere),
    cloudformation("InvalidChangeSetStatus", "", Conflict),
    Rule { operation: "ExecuteChangeSet", ..cloudformation("ChangeSetNotFound", "", AlreadyThere) },
    cloudformation("StackNotFoundException", "", Gone),
    cloudformation("ChangeSetNotFound", "", Gone),
    cloudformation("InsufficientCapabilitiesException", "", Invalid),
    cloudformation("ValidationError", "", Invalid),
    // EC2: facts/aws.md §2.9, §2.10.
    any("DependencyViolation", "", Conflict),
    any("*.InUse", "", Conflict),
    // DeleteNetworkInterface (gruntwork-io/cloud-nuke#431, #1132).
    any("InvalidParameterValue", "is currently in use", Conflict),
    any("IncorrectState*", "", Conflict),
    any("*.NotFound", "", Gone),
    any("NatGatewayNotFound", "", Gone),
    // CloudWatch Logs: the service model's codes.
    logs("ResourceNotFoundException", Gone),
    logs("OperationAbortedException", Conflict),
    // Elastic Load Balancing: the service models' codes.
    any("LoadBalancerNotFound", "", Gone),
    any("TargetGroupNotFound", "", Gone),
    // Auto Scaling has one code for all that is wrong with a request (U).
    any("ValidationError", "AutoScalingGroup name not found", Gone),
    any("OperationNotPermitted", "deletion protection", Invalid).hint(
        "Switch the load balancer's deletion protection off (elasticloadbalancing:ModifyLoadBalancerAttributes)",
    ),
    any("IdempotentParameterMismatch", "", Invalid),
    any("Insufficient*Capacity", "", NoCapacity),
    any("InsufficientFreeAddresses*", "", NoCapacity),
    any("*LimitExceeded", "", Quota),
    // IAM and Auto Scaling, as other services pass them on: facts/aws.md §2.10.
    any("EntityAlreadyExists", "", AlreadyThere),
    any("NoSuchEntity", "", Gone),
    any("DeleteConflict", "", Conflict),
    any("ConcurrentModification", "", Conflict),
    any("EntityTemporarilyUnmodifiable", "", Conflict),
    any("ScalingActivityInProgress", "", Conflict),
    any("ResourceInUse", "", Conflict),
    any("ResourceContention", "", Conflict),
    any("MalformedPolicyDocument", "", Invalid),
    any("InvalidInput", "", Invalid),
    any("ServiceFailure", "", Transient),
    // What every service has: facts/aws.md §5.2.
    any("InternalFailure", "", Transient),
    any("InternalError", "", Transient),
    any("InternalServerError", "", Transient),
    any("ServiceUnavailable", "", Transient),
    any("Unavailable", "", Transient),
    any("RequestTimeout*", "", Transient),
    any("ValidationException", "", Invalid),
    any("InvalidParameter*", "", Invalid),
    any("MissingParameter", "", Invalid),
];
