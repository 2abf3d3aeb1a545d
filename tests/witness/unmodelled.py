"""Errors that services answer although their models do not say so, and the status of EC2's, which models none."""

from __future__ import annotations

# facts/aws.md §2.1, below the table, and §2.10.
EKS: dict[str, int] = {
    "TooManyRequestsException": 429,
    "ExpiredTokenException": 403,
    "UnrecognizedClientException": 403,
    "InvalidSignatureException": 403,
    # Not in the facts: JSON of the wrong type, which no SDK sends, as every JSON service of AWS answers it.
    "SerializationException": 400,
    # Not AWS's: what the simulator does not have.
    "UnknownOperationException": 404,
}

# facts/aws.md §2.1: "service also returns ResourceInUse 409".
EKS_BY_OPERATION: dict[tuple[str, str], int] = {
    ("CreateFargateProfile", "ResourceInUseException"): 409,
    ("DeleteFargateProfile", "ResourceInUseException"): 409,
    # Not in the facts: these have a range for `maxResults` and model nothing for who leaves it.
    ("ListAccessPolicies", "InvalidParameterException"): 400,
    ("ListAssociatedAccessPolicies", "InvalidParameterException"): 400,
}

# facts/aws.md §2.8, §2.10: ValidationError and what all query services share.
QUERY: dict[str, int] = {
    "ValidationError": 400,
    "Throttling": 400,
    "ExpiredToken": 403,
    "SignatureDoesNotMatch": 403,
    "InvalidAction": 400,
}

# What all services with JSON 1.1 share (the API references' "Common Errors").
JSON: dict[str, int] = {
    "AccessDeniedException": 400,
    "ValidationException": 400,
    "ThrottlingException": 400,
    "ExpiredTokenException": 400,
    "SerializationException": 400,
}

# facts/aws.md §2.10; every other code comes with 400.
EC2_STATUS: dict[str, int] = {
    "RequestLimitExceeded": 503,
    "DryRunOperation": 412,
    "AuthFailure": 401,
    # The API reference has it among the server's errors.
    "InsufficientInstanceCapacity": 500,
}

# Values outside of the model's enum that the service answers all the same, by shape.
VALUES: dict[str, set[str]] = {
    # An internet gateway that is attached (API reference of InternetGatewayAttachment).
    "AttachmentStatus": {"available"},
    # The model has natGateway; the API reference spells it like its siblings (aws-cloudformation/cfn-lint#3791).
    "NetworkInterfaceType": {"nat_gateway"},
    # Events of a stack have the stack's status; the model has some of these only (ansible/ansible#26225, #32396).
    "ResourceStatus": {"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"},
    # A VPC endpoint's: the model has them capitalised; the API reference's examples and filters do not.
    "State": {"pending", "available", "deleting"},
}


def status(service: str, operation: str, code: str) -> int | None:
    """The HTTP status of an error that the model lacks; `None`: nobody has seen it."""
    if service == "eks":
        return EKS_BY_OPERATION.get((operation, code), EKS.get(code))
    return QUERY.get(code, JSON.get(code))
