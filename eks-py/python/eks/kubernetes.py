"""The official ``kubernetes`` package, without kubectl: tokens are made in this process, and made anew."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._models import ClusterInfo
    from .client import Client

def api_client(info: ClusterInfo, client: Client | None = None) -> Any:
    """See `ClusterInfo.kubernetes_client`."""
    from base64 import b64decode
    from tempfile import NamedTemporaryFile

    from kubernetes.client import ApiClient, Configuration

    from .client import Client

    # Whether there is anything to reach yet, Rust knows.
    info.kubeconfig()
    assert info.endpoint is not None and info.certificate_authority is not None
    signer = client or Client(info.region, profile=info.profile)
    # The package reads its certificates from a file. It is gone with the client.
    authority = NamedTemporaryFile(prefix="eks-", suffix=".pem")
    authority.write(b64decode(info.certificate_authority))
    authority.flush()
    configuration: Any = Configuration(host=info.endpoint)
    configuration.ssl_ca_cert = authority.name
    configuration._eks_authority = authority

    def refresh(configuration: Any) -> None:
        # A token costs a signature and no call: each request has its own.
        configuration.api_key["authorization"] = signer.token(info.name).text

    configuration.api_key_prefix["authorization"] = "Bearer"
    configuration.refresh_api_key_hook = refresh
    # The package asks only for a key that is there.
    refresh(configuration)
    return ApiClient(configuration)
