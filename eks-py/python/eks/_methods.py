"""What of the generated classes can do more than hold data: a spec that is read and written, a plan that is drawn, an event
that is told, a cluster that is reached."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import Any

    from typing_extensions import Self

    from ._base import Input as _Input
    from ._base import Output as _Output
    from ._models import ClusterInfo, Plan
    from .client import Client
else:
    # The generated class is one of these, too.
    _Input = _Output = object


def _work(method: str, **parts: Any) -> Any:
    from json import dumps, loads

    from . import _native

    return loads(_native.work(dumps({"method": method, **parts})))


class ClusterMethods(_Input):
    """What a `Cluster` can do."""

    __slots__ = ()

    def check(self) -> Self:
        """Holds the spec against every rule that needs no call, and gives it back.

        Raises `InvalidSpecError` with every rule that it breaks, by field.
        """
        _work("check", cluster=self.to_dict())
        return self

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """Reads a spec from YAML, whose keys are those of the JSON form. Raises `InvalidSpecError`."""
        return cls.from_dict(_work("readYaml", yaml=text))

    def to_yaml(self) -> str:
        """The spec as YAML."""
        text: str = _work("writeYaml", cluster=self.to_dict())
        return text

    @classmethod
    def from_cluster_config(cls, text: str) -> Self:
        """Reads eksctl's ClusterConfig (``eksctl.io/v1alpha5``). Raises `InvalidSpecError` for what is not supported, by path."""
        return cls.from_dict(_work("readClusterConfig", yaml=text))

    def to_cluster_config(self) -> str:
        """The spec as eksctl's ClusterConfig. Raises `EksError` for what eksctl cannot say, by field."""
        text: str = _work("writeClusterConfig", cluster=self.to_dict())
        return text


class PlanMethods(_Output):
    """What a `Plan` can do."""

    __slots__ = ()

    def _draw(self, form: str) -> Any:
        return _work("draw", plan=self.to_dict(), form=form)

    def __str__(self) -> str:
        text: str = self._draw("text")
        return text

    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        empty: bool = _work("isEmpty", plan=self.to_dict())
        return empty

    def timeline_svg(self) -> str:
        """The steps in time with the critical path, as SVG."""
        text: str = self._draw("timelineSvg")
        return text

    def timeline_mermaid(self) -> str:
        """The same as a Gantt chart of Mermaid."""
        text: str = self._draw("timelineMermaid")
        return text

    def progress_svg(self) -> str:
        """Expected beside actual, as SVG."""
        text: str = self._draw("progressSvg")
        return text

    def map_svg(self) -> str | None:
        """What it makes, as it lives in AWS, as SVG; None where it makes nothing."""
        text: str | None = self._draw("mapSvg")
        return text

    def map_mermaid(self) -> str | None:
        """The same as a flowchart of Mermaid."""
        text: str | None = self._draw("mapMermaid")
        return text

    def _repr_html_(self) -> str:
        from typing import cast

        from .notebook import plan_html

        return plan_html(cast("Plan", self))


class ClusterInfoMethods(_Output):
    """What a `ClusterInfo` can do."""

    __slots__ = ()

    def kubeconfig(self) -> str:
        """A kubeconfig for this cluster, as YAML. kubectl gets its tokens from ``eks-token``, which this package brings, or
        from the aws CLI.

        Raises `FailedError` before the cluster has an endpoint.
        """
        text: str = _work("kubeconfig", info=self.to_dict())
        return text

    def write_kubeconfig(self, path: str | PathLike[str] | None = None) -> str:
        """Merges it with what is in the file, under kubectl's own lock, and makes it the current context. ``path``: default as
        kubectl looks for it (``KUBECONFIG``, then ``~/.kube/config``). Gives the path.
        """
        from os import fspath

        written: str = _work("writeKubeconfig", info=self.to_dict(), path=None if path is None else fspath(path))
        return written

    def kubernetes_client(self, client: Client | None = None) -> Any:
        """A ``kubernetes.client.ApiClient`` of the official package, which has to be installed, for this cluster. Its token is
        made in this process, and made anew before it expires. ``client``: whose credentials sign it; default: the AWS chain's,
        with the profile with which the cluster was looked at.

        Raises `FailedError` before the cluster has an endpoint.
        """
        from typing import cast

        from .kubernetes import api_client

        return api_client(cast("ClusterInfo", self), client)

    def _repr_html_(self) -> str:
        from typing import cast

        from .notebook import info_html

        return info_html(cast("ClusterInfo", self))


class EventMethods(_Output):
    """What an `Event` can do."""

    __slots__ = ()

    def __str__(self) -> str:
        """The event in words, as one line."""
        text: str = _work("tell", event=self.to_dict())
        return text
