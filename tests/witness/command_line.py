"""The aws CLI in boto3's place: what a test asks of a client becomes a command line, and what that prints the answer.

It runs in this process: starting Python for each of some hundred commands would take minutes. `aws` itself, as a
program, is driven in `test_aws_cli.py`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import awscli
from awscli.clidriver import create_clidriver
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ServiceModel
from botocore.utils import parse_timestamp

from account import HOMES, REGION, Account
from answers import Witness
from simulator import Simulator

# `--version` and the like are the CLI's own.
RENAMED: dict[tuple[str, str, str], str] = {
    ("eks", "CreateCluster", "version"): "kubernetes-version",
    ("eks", "UpdateClusterVersion", "version"): "kubernetes-version",
    ("eks", "CreateNodegroup", "version"): "kubernetes-version",
    ("eks", "UpdateNodegroupVersion", "version"): "kubernetes-version",
}

REFUSAL = re.compile(
    r"An error occurred \((?P<code>[^)]+)\) when calling the (?P<operation>\w+) operation"
    r"(?: \(reached max retries: \d+\))?: (?P<message>.*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    status: int
    out: str
    err: str


class CommandLine:
    """`aws` against a simulator. Every answer that it gets goes before the witness."""

    def __init__(self, simulator: Simulator, witness: Witness) -> None:
        self.environment = environment(simulator)
        self._witness = witness
        with mock.patch.dict(os.environ, self.environment):
            # What is dear is shared: the models that have been read.
            self._loader = create_clidriver().session.get_component("data_loader")

    def run(self, *words: str) -> Printed:
        """Runs `aws <words>` to its end."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            # A driver is good for one command: handlers of its options stay registered.
            driver = create_clidriver()
            driver.session.register_component("data_loader", self._loader)
            driver.session.register("before-parse", self._witness.see)
            try:
                status = driver.main(list(words))
            except SystemExit as end:
                # How its parser of arguments ends.
                status = end.code
        return Printed(int(status or 0), out.getvalue(), err.getvalue())

    def model(self, service: str) -> Any:
        """The service as the CLI knows it."""
        return ServiceModel(self._loader.load_service_model(service, "service-2"), service)

    def must(self, *words: str) -> str:
        """What a command prints that must succeed."""
        printed = self.run(*words)
        assert printed.status == 0, f"aws {' '.join(words)}: {printed.status}\n{printed.err}"
        return printed.out

    def json(self, *words: str) -> Any:
        """The JSON that a command prints; nothing at all is an empty answer."""
        return json.loads(self.must(*words, "--output", "json") or "{}")


class Commands:
    """A service of the CLI with the surface of a client of boto3."""

    def __init__(self, terminal: Terminal, service: str) -> None:
        self._terminal = terminal
        self._line = terminal.line
        self._service = service
        self._model = terminal.line.model(service)
        self._operations = {xform_name(name): name for name in self._model.operation_names}

    def __getattr__(self, name: str) -> Any:
        if name not in self._operations:
            raise AttributeError(name)
        operation = self._model.operation_model(self._operations[name])
        if (self._service, operation.name) not in self._terminal.driven:
            return getattr(self._terminal.boto3.client(self._service), name)

        def call(**request: Any) -> Any:
            words = [self._service, xform_name(operation.name, "-"), *arguments(self._service, operation, request)]
            home = ["--region", HOMES[self._service]] if self._service in HOMES else []
            printed = self._line.run(*words, *home, "--output", "json")
            if printed.status:
                raise self._refusal(printed, words)
            return moments(operation.output_shape, json.loads(printed.out or "{}"))

        return call

    def _refusal(self, printed: Printed, words: list[str]) -> Exception:
        """The error of the service, as boto3 raises it; of anything else, an error of the test."""
        refusal = REFUSAL.search(printed.err)
        if refusal is None:
            return AssertionError(f"aws {' '.join(words)}: {printed.status}\n{printed.err}")
        error = {"Code": refusal["code"], "Message": refusal["message"].strip()}
        metadata = {"HTTPStatusCode": self._terminal.witness.last.status}
        refused: Exception = ClientError({"Error": error, "ResponseMetadata": metadata}, refusal["operation"])
        return refused


class Terminal(Account):
    """The account by the aws CLI. A command takes a tenth of a second, so boto3 makes the scenery, and only what a
    test drives is a command."""

    def __init__(self, boto3: Account, witness: Witness) -> None:
        super().__init__(boto3.simulator, witness)
        self.boto3 = boto3
        self.line = CommandLine(boto3.simulator, witness)
        self.driven: set[tuple[str, str]] = set()

    def client(self, service: str, lenient: bool = False) -> Any:
        assert not lenient, "the CLI checks what it sends"
        if (service, lenient) not in self._clients:
            self._clients[service, lenient] = Commands(self, service)
        return self._clients[service, lenient]


def environment(simulator: Simulator) -> dict[str, str]:
    """What a user of `aws` has set. One attempt: what is seen is what the service answered."""
    return {
        "AWS_ENDPOINT_URL": simulator.endpoint,
        "AWS_ACCESS_KEY_ID": simulator.access_key,
        "AWS_SECRET_ACCESS_KEY": simulator.secret_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        # The CLI sets it when it is imported; the tests unset all that begins with AWS_.
        "AWS_DATA_PATH": str(Path(awscli.__file__).parent / "data"),
        "NO_PROXY": "127.0.0.1",
    }


def arguments(service: str, operation: Any, request: dict[str, Any]) -> list[str]:
    """The request as words of a command line."""
    request = dict(request)
    words: list[str] = []
    if operation.name == "RunInstances":
        # The CLI has one option for the two.
        words += ["--count", f"{request.pop('MinCount')}:{request.pop('MaxCount')}"]
    for member, value in request.items():
        option = RENAMED.get((service, operation.name, member), xform_name(member, "-"))
        words += argument(option, operation.input_shape.members[member], value)
    return words


def argument(option: str, shape: Any, value: Any) -> list[str]:
    if shape.type_name == "boolean":
        return [f"--{option}" if value else f"--no-{option}"]
    if shape.type_name == "list" and value and all(isinstance(it, str) for it in value):
        return [f"--{option}", *value]
    if isinstance(value, bytes):
        # It is given as it is; the CLI writes it in base64.
        return [f"--{option}", value.decode()]
    return [f"--{option}", value if isinstance(value, str) else json.dumps(value)]


def moments(shape: Any, value: Any) -> Any:
    """The answer with its timestamps as boto3 has them; the CLI prints them in ISO 8601."""
    if shape is None or value is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {name: moments(shape.members.get(name), it) for name, it in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [moments(shape.member, it) for it in value]
    if shape.type_name == "timestamp":
        return parse_timestamp(value)
    return value
