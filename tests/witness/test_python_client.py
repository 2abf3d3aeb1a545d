"""Story 1 with Kubernetes' own Python client: a foreign client for where there is no kubectl, and a second one elsewhere.

It was chosen over the `kube` crate because nothing has to be compiled for it and because it shares no code with us: it
has another TLS stack (OpenSSL), and runs the kubeconfig's exec plugin itself.

Here nobody has set KUBECONFIG: the quickstart leaves the user's own alone.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import eks
import pytest
from kubernetes import client, config, watch

from account import REGION, Account
from answers import Witness
from simulator import Simulator
from story import SPEED, Story


class Private(Story):
    """A story whose kubeconfig is where the quickstart put it."""

    @property
    def environment(self) -> dict[str, str]:
        environment = super().environment | {"TMPDIR": str(self.home)}
        del environment["KUBECONFIG"]
        return environment


@pytest.fixture(scope="module")
def story(nobodys_configuration: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A simulated account whose time runs."""
    with Simulator(speed=SPEED) as simulator:
        yield Private(simulator, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def kubeconfig(story: Story) -> Path:
    """What the quickstart has written for the cluster that it has left standing."""
    printed = story.quickstart("--keep")
    found = re.search(r"^kubeconfig: (\S+), context", printed, re.MULTILINE)
    assert found, printed
    return Path(found[1])


@pytest.fixture(scope="module")
def cluster(story: Story, kubeconfig: Path) -> str:
    """The name of the cluster."""
    (name,) = Account(story.simulator, Witness()).eks.list_clusters()["clusters"]
    assert isinstance(name, str)
    return name


@pytest.fixture(scope="module")
def api(story: Story, kubeconfig: Path) -> Iterator[client.ApiClient]:
    """The client, as the kubeconfig and its exec plugin make it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in story.environment.items():
            patch.setenv(name, value)
        yield config.new_client_from_config(config_file=str(kubeconfig))


def test_the_kubeconfig_is_a_file_of_its_own(story: Story, kubeconfig: Path) -> None:
    assert kubeconfig.is_relative_to(story.home) and stat.S_IMODE(kubeconfig.stat().st_mode) == 0o600
    assert not (story.home / ".kube").exists()


def test_two_nodes_are_ready(api: client.ApiClient) -> None:
    nodes = client.CoreV1Api(api).list_node().items
    ready = [it.status for node in nodes for it in node.status.conditions if it.type == "Ready"]
    assert ready == ["True", "True"]
    assert {node.status.node_info.kubelet_version.split("-")[0] for node in nodes} == {"v1.36.2"}


def test_what_else_there_is(api: client.ApiClient) -> None:
    assert client.VersionApi(api).get_code().minor == "36+"
    namespaces = [it.metadata.name for it in client.CoreV1Api(api).list_namespace().items]
    assert namespaces == ["default", "kube-node-lease", "kube-public", "kube-system"]
    pods = client.CoreV1Api(api).list_pod_for_all_namespaces(limit=3)
    assert len(pods.items) == 3 and pods.metadata._continue
    rest = client.CoreV1Api(api).list_pod_for_all_namespaces(_continue=pods.metadata._continue)
    assert len(rest.items) == 3


def test_a_watch(api: client.ApiClient) -> None:
    core = client.CoreV1Api(api)
    # From the first, and from a list on: then there is nothing to tell before the time is up.
    stream = watch.Watch().stream(core.list_node, timeout_seconds=60)
    assert {next(stream)["type"] for _ in range(2)} == {"ADDED"}
    version = core.list_node().metadata.resource_version
    later = watch.Watch().stream(core.list_node, resource_version=version, timeout_seconds=60)
    assert list(later) == []


def shop(core: client.CoreV1Api) -> client.V1Service:
    """A Service that wants a load balancer."""
    spec = client.V1ServiceSpec(type="LoadBalancer", ports=[client.V1ServicePort(port=80)])
    body = client.V1Service(metadata=client.V1ObjectMeta(name="shop"), spec=spec)
    return core.create_namespaced_service("default", body)


def balancers(story: Story) -> list[str]:
    return story.simulator.left("AWS::ElasticLoadBalancing::LoadBalancer")


def test_a_service_with_a_load_balancer(story: Story, api: client.ApiClient) -> None:
    core = client.CoreV1Api(api)
    made = shop(core)
    assert made.spec.cluster_ip.startswith("10.100.") and made.spec.ports[0].node_port >= 30000
    with pytest.raises(client.ApiException) as caught:
        shop(core)
    assert (caught.value.status, caught.value.reason) == (409, "Conflict")
    # EKS's cloud controller is at work; the watch tells of it, and of the end.
    for event in watch.Watch().stream(core.list_namespaced_service, "default", timeout_seconds=3600):
        seen = event["object"]
        if seen.metadata.name == "shop" and seen.status.load_balancer.ingress:
            break
    assert seen.metadata.finalizers == ["service.kubernetes.io/load-balancer-cleanup"]
    [described] = Account(story.simulator, Witness()).client("elb").describe_load_balancers()[
        "LoadBalancerDescriptions"
    ]
    assert described["DNSName"] == seen.status.load_balancer.ingress[0].hostname
    for event in watch.Watch().stream(core.list_namespaced_service, "default", timeout_seconds=3600):
        kind, name = event["type"], event["object"].metadata.name
        if (kind, name) == ("ADDED", "shop"):
            core.delete_namespaced_service("shop", "default")
        elif kind == "DELETED":
            break
    assert (kind, name) == ("DELETED", "shop") and balancers(story) == []


def test_an_ingress(api: client.ApiClient) -> None:
    networking = client.NetworkingV1Api(api)
    port = client.V1ServiceBackendPort(number=80)
    backend = client.V1IngressBackend(service=client.V1IngressServiceBackend(name="shop", port=port))
    spec = client.V1IngressSpec(ingress_class_name="alb", default_backend=backend)
    body = client.V1Ingress(metadata=client.V1ObjectMeta(name="site"), spec=spec)
    networking.create_namespaced_ingress("default", body)
    [listed] = networking.list_ingress_for_all_namespaces().items
    assert (listed.metadata.name, listed.spec.ingress_class_name) == ("site", "alb")
    networking.delete_namespaced_ingress("site", "default")
    assert networking.list_namespaced_ingress("default").items == []


def test_a_wrong_token(api: client.ApiClient) -> None:
    settings = client.Configuration()
    settings.host = api.configuration.host
    settings.ssl_ca_cert = api.configuration.ssl_ca_cert
    settings.api_key = {"authorization": "Bearer k8s-aws-v1.nonsense"}
    with pytest.raises(client.ApiException) as caught:
        client.CoreV1Api(client.ApiClient(settings)).list_node()
    assert (caught.value.status, caught.value.reason) == (401, "Unauthorized")


def test_the_certificate_is_by_the_book(story: Story, cluster: str) -> None:
    """As Python checks it from 3.13 on: RFC 5280 to the letter."""
    described = Account(story.simulator, Witness()).eks.describe_cluster(name=cluster)["cluster"]
    authority = base64.b64decode(described["certificateAuthority"]["data"]).decode()
    context = ssl.create_default_context(cadata=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    host = urlsplit(described["endpoint"])
    assert host.hostname is not None
    with (
        socket.create_connection((host.hostname, host.port or 443), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=host.hostname) as secure,
    ):
        assert secure.version() == "TLSv1.3"


def test_our_python_package_makes_such_a_client(story: Story, cluster: str) -> None:
    """Without kubectl and without a kubeconfig, with the credentials of a boto3 session; its token is made anew."""
    simulator = story.simulator
    session = boto3.Session(simulator.access_key, simulator.secret_key, region_name=REGION)
    with eks.Client.from_boto3(session, endpoint_url=simulator.endpoint) as ours:
        info = ours.describe(cluster)
        assert [node.ready for node in info.nodes] == [True, True]
        own = info.kubernetes_client(ours)
        nodes = client.CoreV1Api(own).list_node().items
        assert sorted(node.metadata.name for node in nodes) == sorted(node.name for node in info.nodes)
        assert own.configuration.api_key["authorization"].startswith("k8s-aws-v1.")
        # One that has died between two requests is made anew.
        own.configuration.api_key["authorization"] = "k8s-aws-v1.dead"
        assert client.CoreV1Api(own).list_node().items


def test_and_back_to_nothing(story: Story, cluster: str, api: client.ApiClient) -> None:
    # A load balancer that nobody has taken away.
    shop(client.CoreV1Api(api))
    story.simulator.advance(60)
    assert len(balancers(story)) == 1
    story.quickstart("--delete", cluster)
    assert story.simulator.left() == []
    assert not (story.home / ".kube").exists()
