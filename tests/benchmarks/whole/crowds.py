"""Thousands of clients that idle or are slow, and what those who order notice of them."""

import contextlib
import json
import statistics
import subprocess
import time

from whole import stage
from whole.stage import say

RATE = 2_000  # orders a second beside them
IDLE = 10_000
SLOW = 2_000
KINDS = (("/healthz", "-H"),                # a head byte by byte
         ("/v1/orders", "-B -s 8192"),      # a body
         ("/v1/openapi.json", "-X -w 512 -y 1024 -n 1 -z 32 -k 3"))  # an answer hardly read


def orders(spillway):
    return stage.order_load(spillway.port, rate=RATE, seconds=8, connections=64)


def answers(load):
    result = json.loads(load.communicate()[0])
    if result["accepted"] != result["sent"]:
        raise RuntimeError(f"not all orders were accepted: {result}")
    return result


def calm(spillway):
    """The p99 of the orders' 202s, in milliseconds."""
    return answers(orders(spillway))["p99_ms"]


def arrival(spillway):
    """The longest that a 202 takes in eight seconds, two of which are over when our crowd comes, all
    at once, in milliseconds."""
    load = orders(spillway)
    time.sleep(2)
    with our_crowd(spillway):
        return answers(load)["max_ms"]


def connections(spillway):
    """How many there have been: one that the system ends stays counted."""
    return spillway.metrics()["spillway_http_connections_total"]


@contextlib.contextmanager
def our_crowd(spillway, idle=IDLE, slow=SLOW):
    """benchmark_crowd around a block: each slow one does something once a second."""
    process = subprocess.Popen(
        [stage.program("benchmark_crowd"), "--port", str(spillway.port), "--key", stage.KEY,
         "--idle", str(idle), "--slow", str(slow)], stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the crowd does not stand")
        time.sleep(2)  # what it costs while it comes is measured on its own
        yield
    finally:
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def slowhttptest(spillway):
    """As many by slowhttptest, a third of each kind, beside as many idle ones of ours. It looks at
    its connections without a pause, which takes a processor each: only what others leave here. Whom
    the system shows out (a head after 10 s) does not come again."""
    before = connections(spillway)
    each = SLOW // len(KINDS)
    processes = [
        subprocess.Popen(["chrt", "-i", "0", "slowhttptest", "-c", str(each),
                          "-r", "400", "-l", "60", "-i", "1", "-p", "3",
                          "-u", f"http://127.0.0.1:{spillway.port}{path}", *arguments.split()],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path, arguments in KINDS]
    try:
        with our_crowd(spillway, slow=0):
            stage.wait_until(lambda: connections(spillway) - before >= IDLE + each * len(KINDS), 30,
                             "all of slowhttptest's connections")
            yield
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def crowd(folder, options, rows):
    """The orders' p99 without anybody, beside our crowd, and beside slowhttptest: against this
    system, and for what slowhttptest itself takes, against another one."""
    (folder / "crowd").mkdir()
    found = {"alone": [], "crowd": [], "elsewhere": [], "slowhttptest": []}
    longest = []
    with stage.Spillway(folder / "crowd/here") as here, stage.Spillway(
            folder / "crowd/elsewhere") as elsewhere:
        calm(here)  # the first orders of a system are not like the others
        for _ in range(options.turns):
            for name, around in (("alone", contextlib.nullcontext()),
                                 ("crowd", our_crowd(here)),
                                 ("elsewhere", slowhttptest(elsewhere)),
                                 ("slowhttptest", slowhttptest(here))):
                with around:
                    found[name].append(calm(here))
                time.sleep(1)
            longest.append(arrival(here))
            time.sleep(1)
            say("  p99 " + ", ".join(f"{name} {p99[-1]:.2f} ms" for name, p99 in found.items())
                + f"; longest while they come {longest[-1]:.0f} ms")
    p99 = {name: statistics.median(each) for name, each in found.items()}
    many = f"{IDLE:,} idle connections and {SLOW:,} slow ones"

    def more(name, than):
        return 100 * (p99[name] / p99[than] - 1)

    return [
        rows.plain("crowd", f"{RATE:,} orders/s, alone: p99", p99["alone"], "ms"),
        rows.plain("crowd", f"beside {many}: p99", p99["crowd"], "ms"),
        rows.at_most("crowd", "which is more by", more("crowd", "alone"), "%", 20),
        rows.plain("crowd", "while they come, all at once: longest", statistics.median(longest),
                   "ms"),
        rows.plain("crowd", "beside slowhttptest against another system: p99", p99["elsewhere"],
                   "ms"),
        rows.plain("crowd", "against this one: p99", p99["slowhttptest"], "ms"),
        rows.at_most("crowd", "which is more by", more("slowhttptest", "elsewhere"), "%", 20),
    ]
