"""What the Python package costs, beside boto3 and the aws CLI in one run: medians of several runs.

Needs a release wheel in this environment, boto3, the aws CLI and `eks-sim`: see ../README.md.

    python benches/python/measure.py [--wheel FILE] [--eks-sim PROGRAM] [--creates 1000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-west-2"}
RUNS = 15


def in_new_process(program: str) -> float:
    """What a program that prints a number prints, the median of several processes."""
    environment = {**os.environ, **KEYS}
    # As a user's are: bytecode is kept.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    numbers = []
    for _ in range(RUNS + 1):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
        numbers.append(float(done.stdout))
    return statistics.median(numbers[1:])


def milliseconds(statement: str) -> float:
    return in_new_process(
        f"import time; start = time.perf_counter(); {statement}; print((time.perf_counter() - start) * 1000)"
    )


def of_a_command(*command: str) -> float:
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, **KEYS})
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[1:])


def token_calls() -> float:
    """Microseconds of a token, the median of a thousand."""
    program = """
import time, statistics, eks
client = eks.Client("us-west-2")
client.token("web")
times = []
for _ in range(1000):
    start = time.perf_counter()
    client.token("web")
    times.append((time.perf_counter() - start) * 1e6)
print(statistics.median(times))
"""
    return in_new_process(program)


def interrupts() -> float:
    """Milliseconds from a Ctrl-C until the wait for an operation has ended, the longest of ten, at random moments."""
    program = """
import eks, random, signal, threading, time
room = dict(vpcs=999, internet_gateways=999, elastic_addresses=999, nat_gateways_per_zone=999, standard_vcpus=9999)
client = eks.sim.Simulator(eks.Settings(quotas=eks.Quotas(**room))).client()
creates = [client.create(eks.Cluster(name=f"web-{n}")) for n in range(500)]
longest = 0.0
for _ in range(10):
    sent = []
    def interrupt():
        sent.append(time.perf_counter())
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    threading.Timer(random.uniform(0.01, 0.2), interrupt).start()
    try:
        creates[-1].result()
        raise SystemExit("it ended too soon")
    except KeyboardInterrupt:
        longest = max(longest, (time.perf_counter() - sent[0]) * 1000)
print(longest)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def resident() -> float:
    """Memory of this process, in MB."""
    with open("/proc/self/status", encoding="ascii") as status:
        kilobytes = next(line.split()[1] for line in status if line.startswith("VmRSS"))
    return int(kilobytes) * 1024 / 1e6


def in_flight(program: str, creates: int, seconds: int) -> tuple[float, float]:
    """Memory of a process with so many creates in flight in asyncio for so long, beside that of one that has a client alone,
    in MB. AWS takes its real time, in which none of them ends before ten minutes are over."""
    room = {name: 10 * creates for name in ("vpcs", "internetGateways", "elasticAddresses", "natGatewaysPerZone",
                                            "standardVcpus", "clusters", "stacks")}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as settings:
        json.dump({"quotas": room}, settings)
        settings.flush()
        server = subprocess.Popen(
            [program, "serve", "--settings", settings.name, "--speed", "1", "--until-stdin-closes"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        assert server.stdout is not None and server.stdin is not None
        endpoint = json.loads(server.stdout.readline())["endpoint"]
    import eks

    async def flight() -> tuple[float, float]:
        client = eks.AsyncClient("us-west-2", endpoint_url=endpoint, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")
        await client.list()
        alone = resident()
        cluster = lambda number: eks.Cluster(name=f"web-{number}")  # noqa: E731
        waits = [asyncio.ensure_future(client.create(cluster(number))._result()) for number in range(creates)]
        most = 0.0
        for _ in range(seconds):
            await asyncio.sleep(1)
            most = max(most, resident())
        assert not any(wait.done() and wait.exception() for wait in waits), next(w.exception() for w in waits if w.done())
        for wait in waits:
            wait.cancel()
        return alone, most

    try:
        return asyncio.run(flight())
    finally:
        server.stdin.close()
        server.wait()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--wheel")
    arguments.add_argument("--eks-sim")
    arguments.add_argument("--creates", type=int, default=1000)
    arguments.add_argument("--seconds", type=int, default=30, help="how long the creates are in flight; 720: until each was sent")
    given = arguments.parse_args()

    def told(what: str, ours: float, unit: str, goal: str, theirs: float | None = None) -> None:
        beside = "" if theirs is None else f"{theirs:10.1f} {unit}  {theirs / ours:5.1f} times"
        print(f"  {what:44} {ours:10.1f} {unit:2} {beside:30} {goal}", flush=True)

    client = milliseconds('import eks; eks.Client("us-west-2")')
    boto3 = milliseconds('import boto3; boto3.client("eks", region_name="us-west-2")')
    told("import and client, beside boto3", client, "ms", "10 times", boto3)
    told("a token, as a call", token_calls(), "us", "200 us")
    told("Ctrl-C while waiting, the longest of ten", interrupts(), "ms", "200 ms")
    ours = of_a_command(sys.executable, "-m", "eks", "token", "--cluster-name", "web", "--region", "us-west-2")
    cli = of_a_command("aws", "eks", "get-token", "--cluster-name", "web", "--region", "us-west-2")
    told("a token, as a program, beside the aws CLI", ours, "ms", "5 times", cli)
    if given.wheel:
        told("the wheel", os.path.getsize(given.wheel) / 1e6, "MB", "15 MB")
    if given.eks_sim:
        alone, most = in_flight(given.eks_sim, given.creates, given.seconds)
        told("a client alone", alone, "MB", "")
        told(f"{given.creates} creates in flight in asyncio", most, "MB", "120 MB")


if __name__ == "__main__":
    main()
