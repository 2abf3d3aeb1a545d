"""`eks-sim serve` as a process, and what `/_sim/` offers."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def built(name: str) -> Path:
    """A program of this project that `cargo build` has made."""
    path = TARGET / "debug" / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `cargo build --locked --bins --examples`")
    return path


class Simulator:
    """A simulated account on a free loopback port. Its time stands still unless `speed` moves it."""

    def __init__(self, speed: float = 0, seed: int = 1) -> None:
        # It ends with its standard input, so it cannot outlive these tests, however they end.
        options = ["--port", "0", "--speed", str(speed), "--seed", str(seed), "--until-stdin-closes"]
        self._process = subprocess.Popen(
            [str(built("eks-sim")), "serve", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("eks-sim ended before it was ready")
        ready: dict[str, Any] = json.loads(line)
        self.ready = ready
        self.endpoint: str = ready["endpoint"]
        self.port: int = ready["port"]
        self.access_key: str = ready["accessKeyId"]
        self.secret_key: str = ready["secretAccessKey"]

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the process; killed if it does not end by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def ask(self, method: str, what: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of a request to `/_sim/<what>`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, f"/_sim/{what}", body=sent)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def control(self, method: str, what: str, body: Any = None) -> Any:
        """The JSON of a request to `/_sim/<what>` that must succeed."""
        status, answer = self.ask(method, what, body)
        assert status == 200, (method, what, status, answer)
        return answer

    def advance(self, seconds: float) -> None:
        """Lets the account's time pass at once."""
        self.control("POST", "clock", {"advanceSeconds": seconds})

    def reset(self, **settings: Any) -> None:
        """A new account. Its request rates are not enforced unless a test asks for it: the clock stands still, so
        no bucket would ever fill again."""
        self.control("POST", "reset", {"seed": 1, "throttling": False, **settings})

    def trouble(self, **troubles: Any) -> None:
        """Changes what goes wrong by itself."""
        self.control("POST", "trouble", troubles)

    def ledger(self) -> dict[str, Any]:
        """Every call and every resource."""
        ledger: dict[str, Any] = self.control("GET", "ledger")
        return ledger

    def left(self, kind: str | None = None) -> list[str]:
        """What is left in the account, as `kind id`."""
        left = self.ledger()["left"]
        return [f"{it['kind']} {it['id']}" for it in left if kind in (None, it["kind"])]

    def operations(self, service: str) -> set[str]:
        """The operations that the simulator says it has."""
        return set(self.control("GET", "operations")[service])
