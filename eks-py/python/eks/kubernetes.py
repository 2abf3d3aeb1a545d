"""The official ``kubernetes`` package, without kubectl: tokens are made in this process, and made anew."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._models import ClusterInfo
    from .client import Client

MARGIN_SECONDS = 60
"""A token is made anew this long before it expires."""


def api_client(info: ClusterInfo, client: Client | None = None) -> Any:
    """See `ClusterInfo.kubernetes_client`."""
    from base64 import b64decode
    from datetime import datetime, timedelta, timezone
    from tempfile import NamedTemporaryFile

    from kubernetes.client import ApiClient, Configuration

    from . import errors
    from .client import Client

    if info.endpoint is None or info.certificate_authority is None:
        raise errors.FailedError(
            f"the cluster {info.name} has no endpoint yet",
            kind="failed",
            retryable=True,
            resource=f"cluster {info.name}",
            hint="Wait until it is ACTIVE",
        )
    signer = client or Client(info.region, profile=info.profile)
    # The package reads its certificates from a file. It is gone with the client.
    authority = NamedTemporaryFile(prefix="eks-", suffix=".pem")
    authority.write(b64decode(info.certificate_authority))
    authority.flush()
    configuration: Any = Configuration(host=info.endpoint)
    configuration.ssl_ca_cert = authority.name
    configuration._eks_authority = authority
    held: list[Any] = []

    def refresh(configuration: Any) -> None:
        margin = timedelta(seconds=MARGIN_SECONDS)
        if not held or held[0].expires_at - margin < datetime.now(timezone.utc):
            held[:] = [signer.token(info.name)]
        configuration.api_key["authorization"] = held[0].text

    configuration.api_key_prefix["authorization"] = "Bearer"
    configuration.refresh_api_key_hook = refresh
    refresh(configuration)
    return ApiClient(configuration)
