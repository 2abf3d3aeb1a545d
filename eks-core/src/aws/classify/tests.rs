use super::*;
use crate::aws::call::Service;

fn classify(call: &Call, status: u16, code: &str, message: &str) -> Refusal {
    Refusal::answered(call, &Answer { status, code, message, request_id: None })
}

/// Every row is an answer of AWS's (or of an emulator, where it says so) and what it means.
#[track_caller]
fn table(service: Service, rows: &[(&'static str, u16, &str, &str, Class)]) {
    for (operation, status, code, message, class) in rows {
        let call = service.mutate(operation, "");
        let refusal = classify(&call, *status, code, message);
        assert_eq!(refusal.class, *class, "{operation}: {status} {code}: {message}");
        assert_eq!(refusal.error.kind(), class.kind());
        assert_eq!(refusal.error.is_retryable(), class.is_retryable());
    }
}

const IN_USE: &str = "ResourceInUseException";
const PARAMETER: &str = "InvalidParameterException";
const REQUEST: &str = "InvalidRequestException";
const NOT_FOUND: &str = "ResourceNotFoundException";

#[test]
fn clusters() {
    // facts/aws.md §2.2
    table(
        Service::Eks,
        &[
            ("CreateCluster", 409, IN_USE, "Cluster already exists with name: X", Class::AlreadyThere),
            ("DescribeCluster", 404, NOT_FOUND, "No cluster found for name: X.", Class::Gone),
            ("DeleteCluster", 404, NOT_FOUND, "No cluster found for name: X.", Class::Gone),
            ("DescribeCluster", 400, "ClientException", "No cluster found for name: X.", Class::Gone),
            ("DeleteCluster", 409, IN_USE, "Cluster has nodegroups attached", Class::Conflict),
            (
                "DeleteCluster",
                409,
                IN_USE,
                "Cluster has Fargate Profiles in ACTIVE/CREATING state",
                Class::Conflict,
            ),
            (
                "DeleteCluster",
                409,
                IN_USE,
                "Cannot delete because cluster C currently has Fargate profile P in status DELETING",
                Class::Conflict,
            ),
            ("DeleteCluster", 409, IN_USE, "Cluster has capabilities attached", Class::Conflict),
            (
                "DeleteCluster",
                409,
                IN_USE,
                "Cannot delete because cluster X currently has an update in progress",
                Class::Conflict,
            ),
            ("DeleteCluster", 400, REQUEST, "Cluster has deletion protection enabled", Class::Invalid),
            (
                "UpdateClusterConfig",
                409,
                IN_USE,
                "Cannot EndpointAccessUpdate because cluster X currently has update 6f7e in progress",
                Class::Conflict,
            ),
            (
                "UpdateClusterVersion",
                409,
                IN_USE,
                "Cannot VersionUpdate because cluster X currently has an update in progress",
                Class::Conflict,
            ),
            (
                "UpdateClusterConfig",
                400,
                PARAMETER,
                "Only one type of update can be allowed.",
                Class::Invalid,
            ),
            (
                "UpdateClusterConfig",
                400,
                PARAMETER,
                "Cluster is already at the desired configuration with endpointPrivateAccess: true , \
                 endpointPublicAccess: false",
                Class::AlreadyThere,
            ),
            (
                "UpdateClusterVersion",
                400,
                PARAMETER,
                "Unsupported Kubernetes minor version update from 1.22 to 1.25",
                Class::Invalid,
            ),
            (
                "UpdateClusterVersion",
                400,
                PARAMETER,
                "unsupported Kubernetes version update from the current version, 1.11, to 1.11",
                Class::Invalid,
            ),
            ("CreateCluster", 400, PARAMETER, "unsupported Kubernetes version", Class::Invalid),
            (
                "UpdateClusterVersion",
                400,
                PARAMETER,
                "Nodegroups eks-stg-gp must be updated to match cluster version 1.18 before updating cluster version",
                Class::Invalid,
            ),
            (
                "UpdateClusterVersion",
                400,
                "InvalidStateException",
                "Upgrade readiness issues detected. Call the EKS ListInsights API to view upgrade blocking issues",
                Class::Invalid,
            ),
            (
                "CreateCluster",
                400,
                PARAMETER,
                "Subnets specified must be in at least two different AZs",
                Class::Invalid,
            ),
            (
                "CreateCluster",
                400,
                "UnsupportedAvailabilityZoneException",
                "Cannot create cluster 'X' because us-east-1e, the targeted availability zone, does not currently \
                 have sufficient capacity to support the cluster.",
                Class::NoCapacity,
            ),
            ("CreateCluster", 400, "ResourceLimitExceededException", "Too many clusters", Class::Quota),
        ],
    );
}

#[test]
fn changes_in_iam_that_cannot_be_seen_yet() {
    // facts/aws.md §2.3
    table(
        Service::Eks,
        &[
            (
                "CreateCluster",
                400,
                PARAMETER,
                "roleArn, arn:aws:iam::1:role/x, does not exist",
                Class::NotYet,
            ),
            ("CreateCluster", 400, PARAMETER, "Error in role params", Class::NotYet),
            (
                "CreateCluster",
                400,
                PARAMETER,
                "Role could not be assumed because the trusted entity is not correct",
                Class::NotYet,
            ),
            (
                "CreateCluster",
                400,
                PARAMETER,
                "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure \
                 the following policy is attached: arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
                Class::NotYet,
            ),
            (
                "CreateCluster",
                400,
                PARAMETER,
                "IAM role's policy must include the `ec2:DescribeSubnets` action",
                Class::NotYet,
            ),
            (
                "CreateCluster",
                400,
                PARAMETER,
                "Role with arn: arn:aws:iam::1:role/x, could not be assumed because it does not exist or the \
                 trusted entity is not correct",
                Class::NotYet,
            ),
            (
                "CreateFargateProfile",
                400,
                PARAMETER,
                "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service \
                 Principal",
                Class::NotYet,
            ),
            ("CreateNodegroup", 400, PARAMETER, "The role with name X cannot be found.", Class::NotYet),
            ("CreateCluster", 400, PARAMETER, "Invalid Role Arn: 'x'", Class::Invalid),
            (
                "CreateFargateProfile",
                400,
                PARAMETER,
                "Missing permissions for \"ec2:DescribeSubnets\"",
                Class::Denied,
            ),
        ],
    );
}

#[test]
fn children_of_a_cluster() {
    // facts/aws.md §2.4, §2.5, §2.6; facts/failures.md S1, S2
    table(
        Service::Eks,
        &[
            (
                "CreateFargateProfile",
                409,
                IN_USE,
                "Cannot create Fargate Profile p because cluster c currently has Fargate profile q in status CREATING",
                Class::Conflict,
            ),
            (
                "DeleteFargateProfile",
                409,
                IN_USE,
                "Cannot Delete Fargate Profile A because cluster C currently has Fargate profile B in status DELETING",
                Class::Conflict,
            ),
            (
                "DeleteFargateProfile",
                409,
                IN_USE,
                "Cannot Delete Fargate Profile X because cluster C currently has an update in progress",
                Class::Conflict,
            ),
            (
                "CreateFargateProfile",
                409,
                IN_USE,
                "A Fargate Profile already exists with this name in this cluster.",
                Class::AlreadyThere,
            ),
            (
                "CreateFargateProfile",
                400,
                PARAMETER,
                "Subnet subnet-x provided in Fargate Profile is not a private subnet",
                Class::Invalid,
            ),
            (
                "CreateFargateProfile",
                400,
                PARAMETER,
                "Fargate Profile creation for the Availability Zone us-east-1e is not supported",
                Class::NoCapacity,
            ),
            (
                "CreateFargateProfile",
                400,
                PARAMETER,
                "Fargate Profile requires at least one selector.",
                Class::Invalid,
            ),
            (
                "CreateFargateProfile",
                400,
                PARAMETER,
                "Request contains Selector with more than 5 Label pairs",
                Class::Invalid,
            ),
            ("DescribeFargateProfile", 404, NOT_FOUND, "No Fargate Profile found with name: X.", Class::Gone),
            (
                "CreateNodegroup",
                409,
                IN_USE,
                "NodeGroup already exists with name N and cluster name C",
                Class::AlreadyThere,
            ),
            ("DescribeNodegroup", 404, NOT_FOUND, "No node group found for name: N.", Class::Gone),
            ("CreateNodegroup", 400, REQUEST, "Cluster 'X' is not in ACTIVE status", Class::Conflict),
            (
                "UpdateNodegroupConfig",
                409,
                IN_USE,
                "Nodegroup cannot be updated as it is currently not in Active State",
                Class::Conflict,
            ),
            (
                "CreateNodegroup",
                400,
                PARAMETER,
                "nodeGroupName can't be longer than 63 characters!",
                Class::Invalid,
            ),
            ("CreateNodegroup", 400, PARAMETER, "minSize can't be greater than desiredSize", Class::Invalid),
            ("CreateNodegroup", 400, PARAMETER, "desiredSize can't be greater than maxSize", Class::Invalid),
            (
                "UpdateNodegroupConfig",
                400,
                PARAMETER,
                "Minimum capacity 8 can't be greater than desired size 4",
                Class::Invalid,
            ),
            ("CreateNodegroup", 400, PARAMETER, "desiredSize is not valid", Class::Invalid),
            (
                "CreateNodegroup",
                400,
                PARAMETER,
                "Invalid value: \"a b\": field must consist of alphanumeric characters",
                Class::Invalid,
            ),
            (
                "UpdateNodegroupVersion",
                400,
                REQUEST,
                "Requested release version 1.31.3-20250103 is not valid for kubernetes version 1.30.",
                Class::Invalid,
            ),
            (
                "UpdateNodegroupVersion",
                400,
                PARAMETER,
                "Requested Nodegroup release version 1 is invalid. Allowed release version is 2",
                Class::Invalid,
            ),
            (
                "UpdateNodegroupVersion",
                400,
                REQUEST,
                "Version and ReleaseVersion updates cannot be combined with other updates",
                Class::Invalid,
            ),
            (
                "CreateNodegroup",
                400,
                REQUEST,
                "Disk size must be specified within the launch template.",
                Class::Invalid,
            ),
            (
                "CreateNodegroup",
                400,
                REQUEST,
                "Remote access configuration cannot be specified with a launch template.",
                Class::Invalid,
            ),
            (
                "CreateNodegroup",
                400,
                PARAMETER,
                "Either provide launch template ID or launch template name in the request.",
                Class::Invalid,
            ),
            ("DeleteNodegroup", 409, IN_USE, "", Class::Conflict),
            ("CreateAddon", 400, PARAMETER, "Addon version specified is not supported", Class::Invalid),
            ("CreateAddon", 400, PARAMETER, "Addon vpc-cni is in CREATE_FAILED", Class::Conflict),
            ("CreateAddon", 400, PARAMETER, "Role arn:aws:iam::1:role/x does not exist", Class::NotYet),
            ("CreateAddon", 409, IN_USE, "Addon already exists.", Class::AlreadyThere),
            ("CreateAddon", 404, NOT_FOUND, "No cluster found for name: X.", Class::NotYet),
            ("CreateAccessEntry", 404, NOT_FOUND, "No cluster found for name: X.", Class::NotYet),
            ("AssociateAccessPolicy", 404, NOT_FOUND, "The access entry could not be found", Class::NotYet),
            ("TagResource", 404, "NotFoundException", "", Class::Gone),
            ("TagResource", 400, "BadRequestException", "", Class::Invalid),
            ("DescribeUpdate", 404, NOT_FOUND, "No update found for ID: x", Class::Gone),
        ],
    );
}

#[test]
fn stacks() {
    // facts/aws.md §2.8, §12
    const VALIDATION: &str = "ValidationError";
    table(
        Service::CloudFormation,
        &[
            ("CreateStack", 400, "AlreadyExistsException", "Stack [X] already exists", Class::AlreadyThere),
            ("DescribeStacks", 400, VALIDATION, "Stack with id X does not exist", Class::Gone),
            ("UpdateStack", 400, VALIDATION, "Stack [X] does not exist", Class::Gone),
            ("UpdateStack", 400, VALIDATION, "No updates are to be performed.", Class::AlreadyThere),
            (
                "UpdateStack",
                400,
                VALIDATION,
                "Stack:arn:aws:cloudformation:us-west-2:1:stack/N/u is in UPDATE_IN_PROGRESS state and can not be updated.",
                Class::Conflict,
            ),
            (
                "UpdateStack",
                400,
                VALIDATION,
                "Stack:arn:aws:cloudformation:us-west-2:1:stack/N/u is in ROLLBACK_COMPLETE state and can not be updated.",
                Class::Invalid,
            ),
            // ministack
            (
                "UpdateStack",
                400,
                VALIDATION,
                "Stack [N] is in CREATE_IN_PROGRESS state and cannot be updated",
                Class::Conflict,
            ),
            (
                "CreateStack",
                400,
                "InsufficientCapabilitiesException",
                "Requires capabilities : [CAPABILITY_NAMED_IAM]",
                Class::Invalid,
            ),
            ("CreateStack", 400, "LimitExceededException", "", Class::Quota),
            (
                "CreateStack",
                400,
                "TokenAlreadyExistsException",
                "The client request token T has already been used for this stack. Retry the request with a \
                 different client request token",
                Class::AlreadyThere,
            ),
            (
                "DeleteStack",
                400,
                VALIDATION,
                "Stack [id] cannot be deleted while TerminationProtection is enabled",
                Class::Invalid,
            ),
            ("UpdateStack", 409, "OperationInProgressException", "", Class::Conflict),
            ("DescribeStackResources", 404, "StackNotFoundException", "", Class::Gone),
            ("DescribeStacks", 400, "Throttling", "Rate exceeded", Class::Throttled),
            (
                "UpdateStack",
                400,
                VALIDATION,
                "Replacement type updates not supported on stack with disable-rollback",
                Class::Invalid,
            ),
            ("CreateStack", 400, VALIDATION, "Template format error: unsupported structure.", Class::Invalid),
        ],
    );
}

#[cfg(feature = "ec2")]
#[test]
fn load_balancers() {
    for service in [Service::Elb, Service::ElbV2] {
        table(
            service,
            &[
                ("DescribeTags", 400, "LoadBalancerNotFound", "", Class::Gone),
                ("DescribeTags", 400, "TargetGroupNotFound", "", Class::Gone),
                (
                    "DeleteLoadBalancer",
                    400,
                    "OperationNotPermitted",
                    "Load balancer 'arn' cannot be deleted because deletion protection is enabled",
                    Class::Invalid,
                ),
                (
                    "DeleteTargetGroup",
                    400,
                    "ResourceInUse",
                    "Target group 'arn' is currently in use by a listener or a rule",
                    Class::Conflict,
                ),
                ("DescribeLoadBalancers", 400, "Throttling", "Rate exceeded", Class::Throttled),
            ],
        );
    }
}

#[cfg(feature = "ec2")]
#[test]
fn networks() {
    // facts/aws.md §2.9, §2.10
    table(
        Service::Ec2,
        &[
            (
                "DeleteSecurityGroup",
                400,
                "DependencyViolation",
                "resource sg-x has a dependent object",
                Class::Conflict,
            ),
            (
                "DeleteSubnet",
                400,
                "DependencyViolation",
                "The subnet 'subnet-x' has dependencies and cannot be deleted.",
                Class::Conflict,
            ),
            ("DescribeVpcs", 400, "InvalidVpcID.NotFound", "The vpc ID 'vpc-x' does not exist", Class::Gone),
            ("DescribeSubnets", 400, "InvalidSubnetID.NotFound", "", Class::Gone),
            ("DeleteSecurityGroup", 400, "InvalidGroup.NotFound", "", Class::Gone),
            ("DeleteNetworkInterface", 400, "InvalidNetworkInterfaceID.NotFound", "", Class::Gone),
            (
                "DeleteNetworkInterface",
                400,
                "InvalidParameterValue",
                "Network interface 'eni-x' is currently in use.",
                Class::Conflict,
            ),
            (
                "RunInstances",
                400,
                "InvalidNetworkInterface.InUse",
                "Interface: [eni-x] in use.",
                Class::Conflict,
            ),
            ("DescribeNatGateways", 400, "NatGatewayNotFound", "", Class::Gone),
            ("DescribeAddresses", 400, "InvalidAllocationID.NotFound", "", Class::Gone),
            ("DescribeSubnets", 503, "RequestLimitExceeded", "Request limit exceeded.", Class::Throttled),
            (
                "CreateNatGateway",
                400,
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
                Class::Invalid,
            ),
            (
                "CreateVpc",
                400,
                "VpcLimitExceeded",
                "The maximum number of VPCs has been reached.",
                Class::Quota,
            ),
            ("AllocateAddress", 400, "AddressLimitExceeded", "", Class::Quota),
            ("CreateNatGateway", 400, "NatGatewayLimitExceeded", "", Class::Quota),
            ("RunInstances", 400, "InsufficientInstanceCapacity", "", Class::NoCapacity),
            ("CreateNatGateway", 400, "InsufficientFreeAddressesInSubnet", "", Class::NoCapacity),
            ("DescribeSubnets", 403, "UnauthorizedOperation", "You are not authorized", Class::Denied),
            ("DescribeSubnets", 400, "RequestExpired", "", Class::CredentialsExpired),
            ("DescribeSubnets", 401, "AuthFailure", "", Class::NoCredentials),
            ("DescribeSubnets", 400, "InvalidAction", "", Class::Unsupported),
        ],
    );
}

#[test]
fn every_service() {
    // facts/aws.md §2.1, §2.10, §5.2, §12
    let expired = "The security token included in the request is expired";
    table(
        Service::Sts,
        &[
            ("GetCallerIdentity", 403, "ExpiredToken", expired, Class::CredentialsExpired),
            ("GetCallerIdentity", 403, "ExpiredTokenException", expired, Class::CredentialsExpired),
            ("GetCallerIdentity", 403, "", expired, Class::CredentialsExpired),
            ("GetCallerIdentity", 403, "InvalidClientTokenId", "", Class::NoCredentials),
            ("GetCallerIdentity", 403, "UnrecognizedClientException", "", Class::NoCredentials),
            ("GetCallerIdentity", 403, "InvalidSignatureException", "", Class::Denied),
            ("GetCallerIdentity", 403, "AccessDenied", "", Class::Denied),
            ("GetCallerIdentity", 403, "AccessDeniedException", "", Class::Denied),
            ("GetCallerIdentity", 429, "TooManyRequestsException", "Too Many Requests", Class::Throttled),
            ("GetCallerIdentity", 429, "ThrottlingException", "", Class::Throttled),
            ("GetCallerIdentity", 400, "LimitExceededException", "", Class::Throttled),
            ("GetCallerIdentity", 409, "LimitExceeded", "", Class::Quota),
            (
                "GetCallerIdentity",
                409,
                "EntityAlreadyExists",
                "Role with name X already exists.",
                Class::AlreadyThere,
            ),
            ("GetCallerIdentity", 404, "NoSuchEntity", "The role with name X cannot be found.", Class::Gone),
            (
                "GetCallerIdentity",
                409,
                "DeleteConflict",
                "Cannot delete entity, must detach all policies first.",
                Class::Conflict,
            ),
            ("GetCallerIdentity", 409, "ConcurrentModification", "", Class::Conflict),
            ("GetCallerIdentity", 409, "EntityTemporarilyUnmodifiable", "", Class::Conflict),
            ("GetCallerIdentity", 400, "MalformedPolicyDocument", "", Class::Invalid),
            ("GetCallerIdentity", 500, "ServiceFailure", "", Class::Transient),
            ("GetCallerIdentity", 500, "ServerException", "", Class::Transient),
            ("GetCallerIdentity", 503, "ServiceUnavailableException", "", Class::Transient),
            ("GetCallerIdentity", 500, "", "", Class::Transient),
            ("GetCallerIdentity", 501, "", "", Class::Unsupported),
            ("GetCallerIdentity", 404, "", "", Class::Unsupported),
            ("GetCallerIdentity", 404, "", "Not yet implemented", Class::Unsupported),
            ("GetCallerIdentity", 400, "UnknownOperationException", "", Class::Unsupported),
            ("GetCallerIdentity", 400, "InvalidRequestException", "No route for GET /x", Class::Unsupported),
            ("GetCallerIdentity", 428, "ResourcePropagationDelayException", "", Class::NotYet),
            ("GetCallerIdentity", 400, "SomethingNew", "nobody has seen this", Class::Unknown),
        ],
    );
}

#[cfg(feature = "ec2")]
#[test]
fn tags() {
    let full = "A resource may not have more than 50 tags.";
    table(Service::Ec2, &[("CreateTags", 400, "TagLimitExceeded", full, Class::Quota)]);
    table(Service::ElbV2, &[("AddTags", 400, "TooManyTags", "", Class::Quota)]);
    table(Service::Logs, &[("TagResource", 400, "TooManyTagsException", "", Class::Quota)]);
    table(
        Service::Eks,
        &[
            (
                "TagResource",
                400,
                "BadRequestException",
                "The maximum number of tags of a resource is 50",
                Class::Quota,
            ),
            ("TagResource", 400, "BadRequestException", "tags can't be empty", Class::Invalid),
        ],
    );
    table(
        Service::AutoScaling,
        &[
            ("CreateOrUpdateTags", 400, "LimitExceeded", "A group can have 50 tags.", Class::Quota),
            ("CreateOrUpdateTags", 400, "ResourceContention", "", Class::Conflict),
            (
                "CreateOrUpdateTags",
                400,
                "ValidationError",
                "AutoScalingGroup name not found - no such group: web",
                Class::Gone,
            ),
        ],
    );
    // aws/aws-parallelcluster-ui#242
    let member =
        "Failed to list Cost Allocation Tags: Linked account doesn't have access to cost allocation tags.";
    let call = Service::CostExplorer.read("ListCostAllocationTags", "");
    let refusal = classify(&call, 400, "AccessDeniedException", member);
    assert_eq!(refusal.class, Class::Denied);
    assert!(refusal.error.hint().is_some_and(|hint| hint.contains("management account")));
}

#[test]
fn a_denial_says_what_to_allow_and_an_explicit_one_where_to_look() {
    let call = Service::Eks.mutate("CreateCluster", "cluster web");
    let text = "User: arn:aws:iam::1:user/u is not authorized to perform: eks:CreateCluster on resource: x";
    let hint = |message: &str| {
        classify(&call, 403, "AccessDeniedException", message).error.hint().map(str::to_owned)
    };
    assert_eq!(hint(text).as_deref(), Some("Allow eks:CreateCluster for this identity in IAM"));
    let explicit =
        hint(&format!("{text} with an explicit deny in a service control policy")).unwrap_or_default();
    assert!(explicit.contains("service control policies"), "{explicit}");
}

#[test]
fn a_pattern_is_anchored_and_a_star_is_anything() {
    for (pattern, text, fit) in [
        ("*", "", true),
        ("a", "a", true),
        ("a", "ab", false),
        ("a*", "ab", true),
        ("*b", "ab", true),
        ("*b", "ba", false),
        ("a*c*e", "abcde", true),
        ("a*c*e", "abde", false),
        ("*LimitExceeded", "LimitExceededException", false),
        ("*é*", "caféine", true),
    ] {
        assert_eq!(rules::fits(pattern, text), fit, "{pattern} {text}");
    }
}
