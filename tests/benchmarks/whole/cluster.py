"""What nodes add: authorized orders a second with k nodes, each line at a pace of its own, and what
an order costs the first system, and how much later it has its outcome, when a node authorizes it."""

import contextlib
import datetime
import json
import os
import shutil
import statistics
import subprocess
import time

from whole import stage

PACE = 500
OUTCOME = 'spillway_orders_outcome_total{status="authorized"}'


def certificates(folder):
    """A cluster's CA, and a certificate for each name asked for."""
    ca = folder / "ca"
    subprocess.run([stage.program("spillway"), "certs", "ca", "--out", ca], check=True,
                   capture_output=True)

    def certify(name):
        out = folder / name
        subprocess.run([stage.program("spillway"), "certs", "name", name, "--ca", ca, "--out", out],
                       check=True, capture_output=True)
        return (f'[cluster]\ncertificate = "{out}/{name}.pem"\nkey = "{out}/{name}.key"\n'
                f'ca = "{ca}/ca.pem"\n')
    return certify


def relay_table(port, pace, sharing=None):
    pacing = f'pacing = "paced"\npace = {pace}\n' if pace else ""
    sharing = f'sharing = "{sharing}"\n' if sharing else ""
    return (f'[[relays]]\nid = 1\nname = "east"\nhost = "127.0.0.1"\nport = {port}\n'
            f'acquirer = "123456"\nline_outstanding_max = 4096\n{pacing}{sharing}'
            'companies = ["VISA", "MASTERCARD", "JCB", "AMEX", "DINERS"]\n')


@contextlib.contextmanager
def cluster(folder, nodes, pace, sharing=None, **relay_centre):
    """A first system that nodes have joined, and a sandbox relay centre for all; gives the system
    and the nodes' processes."""
    folder.mkdir()
    certify = certificates(folder)
    with stage.relay_centre(folder, **relay_centre) as relay, contextlib.ExitStack() as stack:
        spillway = stage.Spillway(folder / "system", relay)
        port = stage.free_port()
        text = (folder / "system" / "spillway.toml").read_text()
        begin, rest = text.split("[[relays]]")
        _, end = rest.split("[mail]")
        (folder / "system" / "spillway.toml").write_text(
            begin + certify("first") + f'listen = "127.0.0.1:{port}"\n' +
            relay_table(relay, pace, sharing) + "[mail]" +
            end.replace('level = "error"', 'level = "info"'))
        stack.enter_context(spillway)
        processes = []
        for number in range(1, nodes + 1):
            name = f"node-{number}"
            own = folder / f"{name}.toml"
            own.write_text(certify(name) + f'[node]\njoin = ["127.0.0.1:{port}"]\n' +
                           relay_table(relay, pace))
            command = [stage.program("spillway"), "node", "--config", own]
            processes.append(stack.enter_context(stage.running(command, folder / f"{name}.log")))
        stage.wait_until(
            lambda: (folder / "system" / "log").read_text().count("node_joined") == nodes, 30,
            "all nodes have joined")
        yield spillway, processes


def authorized(spillway, rate, seconds):
    """Orders authorized a second while so many are offered, after two seconds; and processor time
    of the first system an order."""
    load = stage.order_load(spillway.port, rate=rate, seconds=seconds, connections=64)
    time.sleep(2)
    first, began = spillway.metrics()[OUTCOME], time.monotonic()
    processor = spillway.processor_seconds()
    time.sleep(seconds - 3)
    count = spillway.metrics()[OUTCOME] - first
    passed = time.monotonic() - began
    processor = (spillway.processor_seconds() - processor) * 1e6 / max(count, 1)
    json.loads(load.communicate()[0])
    return count / passed, processor


def link(folder):
    """Requests a second that cross the link and are answered, and processor time of the first
    system for each."""
    certify = certificates(folder)
    for name in ("first", "node"):
        certify(name)
        for file in (folder / name).iterdir():
            shutil.copy(file, folder)
    shutil.copy(folder / "ca" / "ca.pem", folder)
    output = subprocess.run([stage.program("benchmark_node_link"), "--certificates", folder],
                            check=True, capture_output=True, text=True).stdout
    return json.loads(output)


def read_ledger(file):
    """What the relay centre got, and when: seconds since 1970."""
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    return rows, [datetime.datetime.fromisoformat(row["at"].replace("Z", "+00:00")).timestamp()
                  for row in rows]


def first_spills(folder, rounds=25):
    """Milliseconds from the first order of a burst that is too much for the own line to the first
    that a node sends, both as the relay centre's ledger has them; `rounds` bursts."""
    with cluster(folder, 1, 1_000, ledger=folder / "ledger") as (spillway, _):
        for _ in range(rounds):
            stage.order_load(spillway.port, rate=4_000, seconds=0.25,
                             connections=64).communicate()
            time.sleep(1.5)
    rows, times = read_ledger(folder / "ledger")
    own = rows[0]["line"]
    waits, began = [], None
    for i, row in enumerate(rows):
        if i == 0 or times[i] - times[i - 1] > 0.4:
            began = times[i]
        if row["line"] != own and began is not None:
            waits.append((times[i] - began) * 1_000)
            began = None
    return sorted(waits)


LATENCY_SCENARIO = """
name = "What a node adds"
thresholds = ["accepted > 0"]
[arrivals]
shape = "constant"
rate = 2000
duration = "6s"
[mix]
guests = 0
zipf = 0
"""


def outcome_times(folder, turns=3):
    """Median milliseconds from the reception of an order to its outcome, each of `turns` times:
    over the own line, and over a node's."""
    folder.mkdir()
    (folder / "latency.toml").write_text(LATENCY_SCENARIO)
    times = {"local": [], "remote": []}
    for turn in range(turns):
        for sharing, found in times.items():
            with cluster(folder / f"{sharing}-{turn}", 1, None, sharing) as (spillway, _):
                out = folder / f"load-{sharing}-{turn}"
                subprocess.run([stage.program("spillway-load"), "run", folder / "latency.toml",
                                "--url", f"http://127.0.0.1:{spillway.port}", "--out", out],
                               check=True, capture_output=True,
                               env={**os.environ, "SPILLWAY_LOAD_KEYS": stage.KEY})
                result = json.loads((out / "result.json").read_text())
                found.append(result["times"]["outcome"]["p50_ms"])
    return times


def measure(folder, row, at_least, at_most):
    (folder / "link").mkdir()
    crossing = link(folder / "link")
    rows = [at_least("nodes", "requests over the link and answered, mutual TLS",
                     crossing["requests_per_second"], "/s", 1_000_000),
            row("nodes", "processor time of the link at the first system, a request",
                crossing["processor_ns_per_request"] / 1_000, "us")]
    waits = first_spills(folder / "first-spills")
    stage.say(f"  {len(waits)} bursts, first sent by a node after {waits[0]:.1f} to {waits[-1]:.1f} ms")
    rows.append(row("nodes", "until a node sends the first of a burst, median",
                    waits[len(waits) // 2], "ms"))
    rows.append(at_most("nodes", "until a node sends the first of a burst, longest of 25",
                        waits[-1], "ms", 50))
    times = outcome_times(folder / "outcome-times")
    own, other = (statistics.median(times[sharing]) for sharing in ("local", "remote"))
    stage.say(f"  outcome after {own:.2f} ms over the own line, {other:.2f} ms over a node's")
    rows += [row("nodes", "from reception to outcome over the own line, median", own, "ms"),
             at_most("nodes", "what a node's adds to that", other - own, "ms", 2)]
    for nodes in (1, 2, 4, 8):
        whole = (nodes + 1) * PACE
        with cluster(folder / f"nodes-{nodes}", nodes, PACE) as (spillway, _):
            rate, _ = authorized(spillway, 0.95 * whole, 15)
        stage.say(f"  {nodes} nodes: {rate:.0f}/s of {whole}/s")
        rows.append(at_least("nodes", f"authorized by {nodes + 1} lines of {PACE}/s, to what they "
                             "bear", rate / whole, "", 0.94))
    costs = {}
    for sharing, nodes in (("local", 1), ("remote", 1)):
        with cluster(folder / f"cost-{sharing}", nodes, None, sharing) as (spillway, _):
            rate, costs[sharing] = authorized(spillway, 8_000, 12)
        stage.say(f"  {sharing}: {rate:.0f}/s, {costs[sharing]:.1f} us of processor an order")
        rows.append(row("nodes", f"processor time of the first system an order, {sharing}",
                        costs[sharing], "us"))
    rows.append(row("nodes", "remote to local, accepting included",
                    costs["remote"] / costs["local"], ""))
    return rows
