"""Story 1: the quickstart against `eks-sim serve`, and a Kubernetes client with the kubeconfig that it wrote."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from account import REGION
from simulator import Simulator, built

KUBECTL = shutil.which("kubectl")

# A quarter of an hour of AWS in some seconds, and a call over loopback in less than a minute of it.
SPEED = 200
PATIENCE = 120


@dataclass(frozen=True)
class Story:
    """A simulated account, a home directory, and what is in them."""

    simulator: Simulator
    home: Path

    @property
    def kubeconfig(self) -> Path:
        return self.home / "kubeconfig"

    @property
    def environment(self) -> dict[str, str]:
        """What a user has set, and nothing of whoever runs the tests; our own programs are on PATH."""
        return {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([str(built("eks-token").parent), os.environ["PATH"]]),
            "KUBECONFIG": str(self.kubeconfig),
            "AWS_ENDPOINT_URL": self.simulator.endpoint,
            "AWS_ACCESS_KEY_ID": self.simulator.access_key,
            "AWS_SECRET_ACCESS_KEY": self.simulator.secret_key,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end."""
        return subprocess.run(
            command,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def quickstart(self, *arguments: str, **more: str) -> str:
        """What the quickstart prints."""
        done = self.run(str(built("examples/quickstart")), *arguments, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def kubectl(self, *arguments: str, **more: str) -> str:
        """What kubectl prints."""
        done = self.try_kubectl(*arguments, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def try_kubectl(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """What becomes of a kubectl, which may fail."""
        return self.run(KUBECTL or "kubectl", *arguments, **more)

    def rows(self, *arguments: str) -> list[list[str]]:
        """The table that kubectl prints, without its head; columns are two spaces apart at least."""
        lines = self.kubectl(*arguments).splitlines()[1:]
        return [re.split(r"\s{2,}", line.strip()) for line in lines]

    def config(self) -> Any:
        """The kubeconfig as kubectl understands it."""
        return json.loads(self.kubectl("config", "view", "--raw", "--output", "json"))

    def cluster(self) -> str:
        """The name of the cluster, as the kubeconfig has it."""
        name: str = self.config()["clusters"][0]["name"]
        return name.removesuffix(f".{REGION}")

    def advance(self, seconds: float) -> None:
        self.simulator.advance(seconds)
