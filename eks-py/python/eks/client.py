"""Clients: `Client` waits, `AsyncClient` is awaited. Both have the same methods; lifecycles give an `Operation`, which can be
waited for in either way.
"""

from __future__ import annotations

from ._later import later
from ._models import (
    Cluster,
    ClusterDetails,
    ClusterInfo,
    ClusterList,
    DeleteReport,
    NodeGroupInfo,
    Plan,
    Preflight,
    ReapReport,
    TagReport,
)
from ._native import Client as _NativeClient
from ._question import FoundNetwork, Token, lifecycle, written
from .operation import Operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from typing_extensions import Self

    from ._models import (
        ApplyOptions,
        CreateOptions,
        DeleteOptions,
        Guards,
        LabelChange,
        ListOptions,
        PatchOptions,
        ReapOptions,
        Scaling,
        TagChange,
        TagOptions,
        TaintChange,
        VpcFilter,
    )

    T = TypeVar("T")
    Spec = Cluster | Mapping[str, Any]


class _Lifecycles:
    """What both clients have: how they are made, and what they begin."""

    __slots__ = ("_native", "__weakref__")

    def __init__(
        self,
        region: str | None = None,
        *,
        profile: str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        guards: Guards | Mapping[str, Any] | None = None,
    ) -> None:
        """A client of AWS. Everything is optional and as boto3 has it: region, profile and credentials come from the
        environment, the configuration files, SSO, a container's role or an instance's. Nothing is called, and no file read,
        before its first call.

        region: the region. profile: the profile of the configuration files. endpoint_url: one endpoint for all services, such
        as a simulator's. aws_access_key_id, aws_secret_access_key, aws_session_token: credentials. guards: what this client
        must not do.

        Raises TypeError for a secret without its id or an id without its secret.
        """
        options: dict[str, Any] = {
            "region": region,
            "profile": profile,
            "endpointUrl": endpoint_url,
            "guards": guards,
        }
        if (aws_access_key_id is None) != (aws_secret_access_key is None):
            raise TypeError("aws_access_key_id and aws_secret_access_key are given together, or neither is")
        if aws_access_key_id is not None:
            options["credentials"] = {
                "accessKeyId": aws_access_key_id,
                "secretAccessKey": aws_secret_access_key,
                "sessionToken": aws_session_token,
            }
        self._native = _NativeClient(_json(options))

    @classmethod
    def from_boto3(cls, session: Any, **options: Any) -> Self:
        """A client with region and credentials of a ``boto3.Session``, which is asked again whenever they expire.
        ``options``: as for the client itself.
        """
        credentials = session.get_credentials()

        def give() -> str:
            frozen = credentials.get_frozen_credentials()
            expires = getattr(credentials, "_expiry_time", None)
            return _json(
                {
                    "accessKeyId": frozen.access_key,
                    "secretAccessKey": frozen.secret_key,
                    "sessionToken": frozen.token,
                    # boto3 itself takes new ones this long before: so does whoever asks it.
                    "expiresAt": None if expires is None else expires.timestamp(),
                }
            )

        client = cls.__new__(cls)
        parts = {
            "region": options.pop("region", session.region_name),
            "endpointUrl": options.pop("endpoint_url", None),
            "guards": options.pop("guards", None),
        }
        if options:
            raise TypeError(f"from_boto3: unexpected keyword {next(iter(options))!r}")
        client._native = _NativeClient(_json(parts), None if credentials is None else give)
        return client

    @classmethod
    def _of(cls, native: _NativeClient) -> Self:
        client = cls.__new__(cls)
        client._native = native
        return client

    def close(self) -> None:
        """Refuses whatever is asked of it from now on. Operations that are under way go on."""
        self._native.close()

    def create(
        self, cluster: Spec | None = None, options: CreateOptions | Mapping[str, Any] | None = None
    ) -> Operation[ClusterInfo]:
        """Creates the cluster with all that belongs to it, or goes on with a create of the same spec that was interrupted,
        wherever that was. It ends when the control plane is ACTIVE, the API server answers and every node is Ready.

        cluster: the spec; default: a cluster with two m5.large and a VPC of its own, under a name that is chosen.

        Raises `InvalidSpecError` at once; the operation raises `AlreadyExistsError` if the name is taken, `ConflictError` if it
        is being deleted, `FailedError` and its siblings with AWS's reason. The same call again goes on.
        """
        return self._begin("create", cluster=cluster or {}, options=options)

    def continue_create(self, name: str) -> Operation[ClusterInfo]:
        """Goes on with a create of which only the name is known: its spec lies in AWS since it began."""
        return self._begin("continueCreate", name=name)

    def apply(
        self, cluster: Spec, options: ApplyOptions | Mapping[str, Any] | None = None
    ) -> Operation[ClusterInfo]:
        """Has the cluster follow its spec: creates what is missing, changes what differs, and leaves alone what the spec does
        not mention. A second apply of the same spec does nothing. What cannot change in place is refused, by field, unless
        `ApplyOptions.allow_replace` names it; what the spec has no more stays, unless `ApplyOptions.prune` is set.
        """
        return self._begin("apply", cluster=cluster, options=options)

    def delete(
        self, name: str, options: DeleteOptions | Mapping[str, Any] | None = None
    ) -> Operation[DeleteReport]:
        """Deletes the cluster and everything that was made for it, and ends when nothing is left. What is gone already is no
        error: the report says whether anything was found.
        """
        return self._begin("delete", name=name, options=options)

    def scale(
        self,
        cluster: str,
        group: str,
        scaling: Scaling | Mapping[str, Any],
        options: PatchOptions | Mapping[str, Any] | None = None,
    ) -> Operation[NodeGroupInfo]:
        """Another size of a node group; done when its nodes are Ready, or gone."""
        parts = {"cluster": cluster, "group": group, "scaling": scaling, "options": options}
        return self._begin("scale", **parts)

    def label(
        self,
        cluster: str,
        group: str,
        labels: LabelChange,
        options: PatchOptions | Mapping[str, Any] | None = None,
    ) -> Operation[NodeGroupInfo]:
        """Sets labels of a node group; None as a value takes one away. Any other label stays."""
        parts = {"cluster": cluster, "group": group, "change": labels, "options": options}
        return self._begin("label", **parts)

    def taint(
        self,
        cluster: str,
        group: str,
        taints: TaintChange | Mapping[str, Any],
        options: PatchOptions | Mapping[str, Any] | None = None,
    ) -> Operation[NodeGroupInfo]:
        """Sets taints of a node group and takes others away. Any other taint stays."""
        parts = {"cluster": cluster, "group": group, "change": taints, "options": options}
        return self._begin("taint", **parts)

    def attach_policy(self, cluster: str, group: str, policy_arn: str) -> Operation[NodeGroupInfo]:
        """Attaches a policy to the role of a node group, which has to have one of its own."""
        parts = {"cluster": cluster, "group": group, "policyArn": policy_arn}
        return self._begin("attachPolicy", **parts)

    def detach_policy(self, cluster: str, group: str, policy_arn: str) -> Operation[NodeGroupInfo]:
        """Takes it off again."""
        parts = {"cluster": cluster, "group": group, "policyArn": policy_arn}
        return self._begin("detachPolicy", **parts)

    def tag(
        self, cluster: str, tags: TagChange, options: TagOptions | Mapping[str, Any] | None = None
    ) -> Operation[TagReport]:
        """Puts cost allocation tags on everything of a cluster that costs money; None as a value takes one off. Its report
        says what carries them, and whether billing splits costs by them.
        """
        return self._begin("tag", cluster=cluster, change=tags, options=options)

    def resume(self, handle: str) -> Operation[Any]:
        """Goes on with an operation whose handle was stored, on whatever machine it began.

        Raises `InvalidSpecError` for what is no handle.
        """
        from json import loads

        if not isinstance(handle, str):
            raise TypeError(f"resume: a handle is text, as Operation.handle gives it, and not {handle!r}")
        try:
            data = loads(handle)
        except ValueError:
            # Rust says that this is none.
            data = handle
        return self._begin("resume", handle=data)

    def _begin(self, method: str, **parts: Any) -> Operation[Any]:
        return Operation(self._native.begin(lifecycle(method, parts)))


class Client(_Lifecycles):
    """Waits: every method that asks AWS gives the answer. Threads can share one; Ctrl-C ends a wait at once."""

    __slots__ = ()

    def plan(self, cluster: Spec, options: ApplyOptions | Mapping[str, Any] | None = None) -> Plan:
        """What `apply` would do, which is what `create` would do where there is nothing. Reads AWS and changes nothing."""
        return self._ask(Plan.from_json, "plan", of={"method": "apply", "cluster": cluster, "options": options})

    def plan_delete(self, name: str) -> Plan:
        """What `delete` would do."""
        return self._ask(Plan.from_json, "plan", of={"method": "delete", "name": name})

    def plan_scale(self, cluster: str, group: str, scaling: Scaling | Mapping[str, Any]) -> Plan:
        """What `scale` would do."""
        of = {"method": "scale", "cluster": cluster, "group": group, "scaling": scaling}
        return self._ask(Plan.from_json, "plan", of=of)

    def plan_label(self, cluster: str, group: str, labels: LabelChange) -> Plan:
        """What `label` would do."""
        of = {"method": "label", "cluster": cluster, "group": group, "change": labels}
        return self._ask(Plan.from_json, "plan", of=of)

    def plan_taint(self, cluster: str, group: str, taints: TaintChange | Mapping[str, Any]) -> Plan:
        """What `taint` would do."""
        of = {"method": "taint", "cluster": cluster, "group": group, "change": taints}
        return self._ask(Plan.from_json, "plan", of=of)

    def plan_attach_policy(self, cluster: str, group: str, policy_arn: str) -> Plan:
        """What `attach_policy` would do."""
        of = {"method": "attachPolicy", "cluster": cluster, "group": group, "policyArn": policy_arn}
        return self._ask(Plan.from_json, "plan", of=of)

    def plan_detach_policy(self, cluster: str, group: str, policy_arn: str) -> Plan:
        """What `detach_policy` would do."""
        of = {"method": "detachPolicy", "cluster": cluster, "group": group, "policyArn": policy_arn}
        return self._ask(Plan.from_json, "plan", of=of)

    def plan_tag(self, cluster: str, tags: TagChange) -> Plan:
        """What `tag` would do."""
        return self._ask(Plan.from_json, "plan", of={"method": "tag", "cluster": cluster, "change": tags})

    def preflight(self, cluster: Spec) -> Preflight:
        """Holds the spec against the account's quotas. Some thirty calls."""
        return self._ask(Preflight.from_json, "preflight", cluster=cluster)

    def describe(self, name: str) -> ClusterInfo:
        """A cluster and what belongs to it. Raises `NotFoundError`."""
        return self._ask(ClusterInfo.from_json, "describe", name=name)

    def describe_in_full(self, name: str) -> ClusterDetails:
        """The same with versions and support dates, images and how far they are behind, roles with their policies, and the network."""
        return self._ask(ClusterDetails.from_json, "describeInFull", name=name)

    def spec_of(self, name: str) -> Cluster:
        """The spec of a cluster as it is, whoever made it: one of which a plan would change nothing."""
        return self._ask(Cluster.from_json, "specOf", name=name)

    def list(self, options: ListOptions | Mapping[str, Any] | None = None) -> ClusterList:
        """The clusters of the client's region, or of several (`ListOptions`); which of several could not be asked is told beside them."""
        return self._ask(ClusterList.from_json, "list", options=options)

    def find_network(self, wanted: VpcFilter | Mapping[str, Any]) -> FoundNetwork:
        """The network of a VPC, by id or tags, for a spec."""
        return self._ask(FoundNetwork.from_json, "findNetwork", filter=wanted)

    def reap(self, options: ReapOptions | Mapping[str, Any] | None = None) -> ReapReport:
        """Deletes clusters whose time is over, in every region."""
        return self._ask(ReapReport.from_json, "reap", options=options)

    def token(self, name: str) -> Token:
        """A token for a cluster's API server, made in this process and good for 14 minutes."""
        return self._ask(Token.from_json, "token", name=name)

    def static_kubeconfig(self, name: str) -> str:
        """A kubeconfig with a token in it: needs no program, and works for 14 minutes. `ClusterInfo.kubeconfig` works for ever."""
        return self._ask(_text, "staticKubeconfig", name=name)

    def _ask(self, read: Callable[[str], T], method: str, **parts: Any) -> T:
        return read(self._native.ask(lifecycle(method, parts)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Lifecycles):
    """For asyncio: every method that asks AWS is awaited. Those that begin a lifecycle are not: their operation is."""

    __slots__ = ()

    async def plan(self, cluster: Spec, options: ApplyOptions | Mapping[str, Any] | None = None) -> Plan:
        """What `apply` would do, which is what `create` would do where there is nothing. Reads AWS and changes nothing."""
        return await self._ask(Plan.from_json, "plan", of={"method": "apply", "cluster": cluster, "options": options})

    async def plan_delete(self, name: str) -> Plan:
        """What `delete` would do."""
        return await self._ask(Plan.from_json, "plan", of={"method": "delete", "name": name})

    async def plan_scale(self, cluster: str, group: str, scaling: Scaling | Mapping[str, Any]) -> Plan:
        """What `scale` would do."""
        of = {"method": "scale", "cluster": cluster, "group": group, "scaling": scaling}
        return await self._ask(Plan.from_json, "plan", of=of)

    async def plan_label(self, cluster: str, group: str, labels: LabelChange) -> Plan:
        """What `label` would do."""
        of = {"method": "label", "cluster": cluster, "group": group, "change": labels}
        return await self._ask(Plan.from_json, "plan", of=of)

    async def plan_taint(self, cluster: str, group: str, taints: TaintChange | Mapping[str, Any]) -> Plan:
        """What `taint` would do."""
        of = {"method": "taint", "cluster": cluster, "group": group, "change": taints}
        return await self._ask(Plan.from_json, "plan", of=of)

    async def plan_attach_policy(self, cluster: str, group: str, policy_arn: str) -> Plan:
        """What `attach_policy` would do."""
        of = {"method": "attachPolicy", "cluster": cluster, "group": group, "policyArn": policy_arn}
        return await self._ask(Plan.from_json, "plan", of=of)

    async def plan_detach_policy(self, cluster: str, group: str, policy_arn: str) -> Plan:
        """What `detach_policy` would do."""
        of = {"method": "detachPolicy", "cluster": cluster, "group": group, "policyArn": policy_arn}
        return await self._ask(Plan.from_json, "plan", of=of)

    async def plan_tag(self, cluster: str, tags: TagChange) -> Plan:
        """What `tag` would do."""
        return await self._ask(Plan.from_json, "plan", of={"method": "tag", "cluster": cluster, "change": tags})

    async def preflight(self, cluster: Spec) -> Preflight:
        """Holds the spec against the account's quotas. Some thirty calls."""
        return await self._ask(Preflight.from_json, "preflight", cluster=cluster)

    async def describe(self, name: str) -> ClusterInfo:
        """A cluster and what belongs to it. Raises `NotFoundError`."""
        return await self._ask(ClusterInfo.from_json, "describe", name=name)

    async def describe_in_full(self, name: str) -> ClusterDetails:
        """The same with versions and support dates, images and how far they are behind, roles with their policies, and the network."""
        return await self._ask(ClusterDetails.from_json, "describeInFull", name=name)

    async def spec_of(self, name: str) -> Cluster:
        """The spec of a cluster as it is, whoever made it: one of which a plan would change nothing."""
        return await self._ask(Cluster.from_json, "specOf", name=name)

    async def list(self, options: ListOptions | Mapping[str, Any] | None = None) -> ClusterList:
        """The clusters of the client's region, or of several (`ListOptions`); which of several could not be asked is told beside them."""
        return await self._ask(ClusterList.from_json, "list", options=options)

    async def find_network(self, wanted: VpcFilter | Mapping[str, Any]) -> FoundNetwork:
        """The network of a VPC, by id or tags, for a spec."""
        return await self._ask(FoundNetwork.from_json, "findNetwork", filter=wanted)

    async def reap(self, options: ReapOptions | Mapping[str, Any] | None = None) -> ReapReport:
        """Deletes clusters whose time is over, in every region."""
        return await self._ask(ReapReport.from_json, "reap", options=options)

    async def token(self, name: str) -> Token:
        """A token for a cluster's API server, made in this process and good for 14 minutes."""
        return await self._ask(Token.from_json, "token", name=name)

    async def static_kubeconfig(self, name: str) -> str:
        """A kubeconfig with a token in it: needs no program, and works for 14 minutes. `ClusterInfo.kubeconfig` works for ever."""
        return await self._ask(_text, "staticKubeconfig", name=name)

    async def _ask(self, read: Callable[[str], T], method: str, **parts: Any) -> T:
        question = lifecycle(method, parts)
        return read(str(await later(lambda done: self._native.ask_later(question, done))))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()



def _json(options: Mapping[str, Any]) -> str:
    return written({key: value for key, value in options.items() if value is not None}, "client")


def _text(answer: str) -> str:
    from json import loads

    text: str = loads(answer)
    return text
