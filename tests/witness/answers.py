"""Whole answers against botocore's service models, as they came over the wire.

A `Witness` listens to boto3's clients: every answer that any test gets is checked here, before botocore parses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import json_body
import unmodelled
import xml_body
from xml_body import local


@dataclass(frozen=True)
class Exchange:
    """One answer."""

    service: str
    operation: str
    status: int
    headers: dict[str, str]
    body: bytes
    code: str | None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Witness:
    """Checks and keeps every answer of the clients that it is registered with."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def watch(self, client: Any) -> None:
        client.meta.events.register("before-parse", self.see)

    def see(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        """Called by botocore with each answer. What this raises, the call raises."""
        answer = Answer(operation_model, response_dict)
        breaches = list(answer.breaches())
        self.exchanges.append(answer.exchange())
        assert not breaches, "\n".join([f"{answer.name} answered {answer.status}:", *breaches, answer.excerpt()])

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    def has_seen(self, service: str, operation: str) -> bool:
        """Whether the service has answered the operation with success."""
        return any((it.service, it.operation, it.code) == (service, operation, None) for it in self.exchanges)


class Answer:
    """An answer and the model that it must keep to."""

    def __init__(self, operation: Any, response: dict[str, Any]) -> None:
        self.operation = operation
        self.service = operation.service_model
        self.name: str = operation.name
        self.protocol: str = self.service.resolved_protocol
        self.status: int = response["status_code"]
        self.headers = {name.lower(): value for name, value in response["headers"].items()}
        self.body: bytes = response["body"]
        self.code: str | None = None

    def exchange(self) -> Exchange:
        service = self.service.service_name
        return Exchange(service, self.name, self.status, self.headers, self.body, self.code)

    def excerpt(self) -> str:
        return self.body.decode(errors="replace")[:2000]

    def breaches(self) -> Iterator[str]:
        if not self.headers.get("x-amzn-requestid"):
            yield "no x-amzn-RequestId"
        failed = self.status >= 300
        if self.protocol == "rest-json":
            yield from self.json_error() if failed else self.json_success()
        elif self.protocol == "json":
            yield from self.json_rpc_error() if failed else self.json_success()
        else:
            yield from self.xml(failed)

    # rest-json

    def document(self) -> tuple[Any, list[str]]:
        wanted = "application/json" if self.protocol == "rest-json" else "application/x-amz-json-1.1"
        if self.headers.get("content-type", "").split(";")[0] != wanted:
            return None, [f"content-type {self.headers.get('content-type')!r}"]
        try:
            return json.loads(self.body), []
        except ValueError as error:
            return None, [f"no JSON: {error}"]

    def json_success(self) -> Iterator[str]:
        wanted = self.operation.http.get("responseCode", 200)
        if self.status != wanted:
            yield f"status {self.status} instead of {wanted}"
        document, broken = self.document()
        yield from broken
        if not broken and self.operation.output_shape is not None:
            yield from json_body.check(self.operation.output_shape, document, self.name)

    def json_error(self) -> Iterator[str]:
        self.code = self.headers.get("x-amzn-errortype", "").split(":")[0]
        if not self.code:
            yield "no x-amzn-ErrorType"
            return
        document, broken = self.document()
        yield from broken
        shape = self.error_shape()
        yield from self.error_status(shape)
        if broken or not isinstance(document, dict):
            return
        if not document.get("message"):
            yield "no message"
        # An exception of another operation still has its members.
        shape = shape or self.service.shape_for_error_code(self.code)
        if shape is None:
            extra = set(document) - {"message"}
            if extra:
                yield f"{self.code} is not modelled and has members {extra}"
        else:
            yield from json_body.check(shape, document, self.code)

    # JSON 1.1

    def json_rpc_error(self) -> Iterator[str]:
        document, broken = self.document()
        yield from broken
        if broken or not isinstance(document, dict):
            return
        self.code = str(document.get("__type", "")).rpartition("#")[2]
        if not self.code:
            yield "no __type"
        yield from self.error_status(self.error_shape())

    # query and ec2

    def xml(self, failed: bool) -> Iterator[str]:
        if self.headers.get("content-type", "").split(";")[0] != "text/xml":
            yield f"content-type {self.headers.get('content-type')!r}"
        try:
            root = ElementTree.fromstring(self.body)
        except ElementTree.ParseError as error:
            yield f"no XML: {error}"
            return
        if failed:
            yield from self.ec2_error(root) if self.protocol == "ec2" else self.query_error(root)
            return
        if self.status != 200:
            yield f"status {self.status} instead of 200"
        # Models and API references differ in the slash at the end.
        namespace = self.service.metadata["xmlNamespace"].rstrip("/")
        if root.tag.rpartition("}")[0].rstrip("/") != f"{{{namespace}":
            yield f"{root.tag}: the namespace is {namespace}"
        if local(root) != f"{self.name}Response":
            yield f"{local(root)}: the root is {self.name}Response"
        yield from self.ec2_success(root) if self.protocol == "ec2" else self.query_success(root)

    def query_success(self, root: Element) -> Iterator[str]:
        shape = self.operation.output_shape
        children = {local(child): child for child in root}
        metadata = children.pop("ResponseMetadata", None)
        if metadata is None or [local(child) for child in metadata] != ["RequestId"]:
            yield "no ResponseMetadata with a RequestId"
        if shape is not None:
            wrapper = shape.serialization.get("resultWrapper", f"{self.name}Result")
            result = children.pop(wrapper, None)
            if result is None:
                yield f"no {wrapper}"
            else:
                yield from xml_body.structure(shape, list(result), wrapper)
        for name in children:
            yield f"{name}: the model of {self.name} has no such element"

    def ec2_success(self, root: Element) -> Iterator[str]:
        shape = self.operation.output_shape
        members = shape.members if shape is not None else {}
        names = {xml_body.serialized(name, member) for name, member in members.items()}
        # The API reference has `return` for operations that do something; most models leave it out.
        extra = {"requestId", "return"} - names
        children = [child for child in root if local(child) not in extra]
        if len(root.findall("{*}requestId")) != 1:
            yield "no requestId, or several"
        if any(child.text != "true" for child in root.iterfind("{*}return")):
            yield "a return that is not true"
        if shape is not None:
            yield from xml_body.structure(shape, children, self.name)
        elif children or root.find("{*}return") is None:
            yield f"{self.name} has no result, only <return>true</return>"

    def query_error(self, root: Element) -> Iterator[str]:
        fault = {local(child): child.text or "" for child in root.iterfind("{*}Error/*")}
        self.code = fault.get("Code", "")
        if local(root) != "ErrorResponse" or set(fault) != {"Type", "Code", "Message"}:
            yield f"no ErrorResponse with an Error of Type, Code and Message: {fault}"
        if root.find("{*}RequestId") is None:
            yield "no RequestId"
        if fault.get("Type") != ("Sender" if self.status < 500 else "Receiver"):
            yield f"Type {fault.get('Type')} with status {self.status}"
        if not fault.get("Message"):
            yield "no message"
        yield from self.error_status(self.error_shape())

    def ec2_error(self, root: Element) -> Iterator[str]:
        fault = {local(child): child.text or "" for child in root.iterfind("Errors/Error/*")}
        self.code = fault.get("Code", "")
        if root.tag != "Response" or set(fault) != {"Code", "Message"} or not all(fault.values()):
            yield f"no Response with an Error of Code and Message: {fault}"
        if root.find("RequestID") is None:
            yield "no RequestID"
        # EC2 models no errors at all.
        wanted = unmodelled.EC2_STATUS.get(self.code, 400)
        if self.status != wanted:
            yield f"{self.code} with status {self.status} instead of {wanted}"

    # errors of both

    def error_shape(self) -> Any:
        """The shape of the error, if the operation models it."""
        for shape in self.operation.error_shapes:
            if shape.metadata.get("error", {}).get("code", shape.name) == self.code:
                return shape
        return None

    def error_status(self, shape: Any) -> Iterator[str]:
        if shape is not None:
            wanted = shape.metadata.get("error", {}).get("httpStatusCode", 400)
        else:
            wanted = unmodelled.status(self.service.endpoint_prefix, self.name, self.code or "")
        if wanted is None:
            yield f"{self.name} does not model {self.code}"
        elif self.status != wanted:
            yield f"{self.code} with status {self.status} instead of {wanted}"
