#!/usr/bin/env python3
"""Nodes that join, fail, freeze and lie, and a first system that fails, one thing a story; each ends
with the audit of the crash tests.

    cluster_test.py --spillway BINARY --folder FOLDER STORY [--seed N]

SPILLWAY_CRASH_REPEATS=N tells each story N times, each time with another seed. Exit code 77: this
machine cannot tell the story, and it says why.
"""

import collections
import contextlib
import datetime
import pathlib
import random
import re
import signal
import socket
import sys

from cluster import NODES_PORT, Authority, Cluster, pour
from lateness import Lateness

from audit import settle
from crash_test import finish, main
from processes import Failed

SKIPPED = 77
CONTRACT = 40  # requests a second


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def close(world, shop):
    """Everything settles with the nodes that are there, and over a restart; all of it is audited."""
    world.stop()
    finish(world, shop)


def lose_with_work(world, shop, client, lose, bring_back, names):
    """Pours orders and takes nodes away, until they were taken while they held work."""
    for _ in range(5):
        asked = len(world.requests())
        before = {name: world.count("node_lost", name) for name in names}
        pour(world, shop, client, 120)
        world.wait_for_requests(asked + 1)
        lose()
        lost = [world.wait_for("node_lost", name, before[name] + 1) for name in names]
        if all(int(re.search(r"\boutstanding=(\d+)", line).group(1)) for line in lost):
            return
        bring_back()
    raise Failed("no node held work when it was lost: " + "; ".join(lost))


def nothing_was_in_doubt(world):
    again = [request for request in world.requests() if request["message"] != "0100"]
    if again:
        raise Failed(f"{len(again)} requests settled a doubt, the first is {again[0]}")


# ---- The stories ----

def capacity_rises(world, shop, _):
    """What is too much for the own line goes by nodes, once each."""
    world.use(pace=20)
    client = world.up()
    pour(world, shop, client, 10)
    world.wait_for_requests(10)
    world.join("tokyo")
    world.join("kyoto")
    pour(world, shop, client, 300)
    settle(client, shop)
    requests = world.requests()
    once = collections.Counter(request["reference"] for request in requests)
    if len(once) != 310 or len(requests) != 310:
        raise Failed(f"310 orders made {len(requests)} requests under {len(once)} references")
    by_line = collections.Counter(request["line"] for request in requests)
    # The first system's line was the first; 20 a second are few of those that nodes got.
    if by_line[1] > 155 or len(by_line) != 3 or not min(by_line.values()):
        raise Failed(f"requests by line: {dict(by_line)}")
    client.close()
    close(world, shop)


def one_contract(world, shop, _):
    """Three machines send at one contract's rate, while nodes come and are killed."""
    world.use(pace=CONTRACT, contract=True)
    client = world.up()
    with Lateness() as lateness:
        world.join("tokyo")
        pour(world, shop, client, 150)
        world.wait_for_requests(60)
        world.kill("tokyo")
        for name in ("kyoto", "nara"):
            world.join(name)
        world.wait_for_requests(130)
        pour(world, shop, client, 150)
        settle(client, shop)
    requests = world.requests()
    lines = {request["line"] for request in requests}
    if len(lines) != 4:
        raise Failed(f"only lines {lines} were lent anything")
    times = [datetime.datetime.fromisoformat(request["at"].replace("Z", "+00:00"))
             for request in requests]
    second = datetime.timedelta(seconds=1)
    most = max(sum(begin <= each < begin + second for each in times) for begin in times)
    # Sent at even intervals; what a busy machine reads late bunches up.
    if most > lateness.allowed_in_a_second(CONTRACT, 0.25):
        raise Failed(f"{most} requests in a second under a contract of {CONTRACT}")
    client.close()
    close(world, shop)


def node_killed(world, shop, _):
    """What a killed node had not answered is settled through the others; it comes back and joins."""
    world.use(sharing="remote")
    client = world.up()
    world.join("tokyo")
    world.join("kyoto")
    lose_with_work(world, shop, client, lambda: world.kill("tokyo"),
                   lambda: world.join("tokyo"), ["tokyo"])
    settle(client, shop)
    world.join("tokyo")
    pour(world, shop, client, 40)
    client.close()
    close(world, shop)


def node_frozen(world, shop, _):
    """A node that is frozen with work is lost, its work is settled, and it wakes without harm."""
    world.use(sharing="remote")
    client = world.up()
    world.join("tokyo")
    world.join("kyoto")

    def wake():
        joined = world.count("node_joined", "tokyo")
        world.nodes["tokyo"].send(signal.SIGCONT)
        world.wait_for("node_joined", "tokyo", joined + 1)

    lose_with_work(world, shop, client, lambda: world.nodes["tokyo"].send(signal.SIGSTOP), wake,
                   ["tokyo"])
    pour(world, shop, client, 40)
    settle(client, shop)
    wake()
    pour(world, shop, client, 40)
    client.close()
    close(world, shop)


def first_system_killed(world, shop, _):
    """A first system that is killed while nodes hold its work finds all of it again."""
    world.use(sharing="remote")
    client = world.up()
    nodes = [world.join("tokyo"), world.join("kyoto")]
    for life in range(2, 4):
        asked = len(world.requests())
        pour(world, shop, client, 120)
        world.wait_for_requests(asked + 1)
        world.engine.wait_after(signal.SIGKILL)
        client.close()
        client = world.up()
        for node in nodes:
            world.wait_for("joined", process=node, count=life)
    client.close()
    close(world, shop)


def first_system_stopped(world, shop, _):
    """A first system that is told to stop waits for what its nodes have sent: nothing is in doubt."""
    world.use(sharing="remote")
    client = world.up()
    node = world.join("tokyo")
    for life in range(2, 4):
        asked = len(world.requests())
        pour(world, shop, client, 60)
        world.wait_for_requests(asked + 1)
        client.close()
        code = world.engine.wait_after(signal.SIGTERM)
        if code != 0:
            raise Failed(f"the first system ended with {code}: {world.engine.last_words()}")
        client = world.up()
        world.wait_for("joined", process=node, count=life)
    settle(client, shop)
    nothing_was_in_doubt(world)
    client.close()
    close(world, shop)


def node_stopped(world, shop, _):
    """A node that is told to stop gets its answers and tells them: nothing is in doubt."""
    world.use(sharing="remote")
    client = world.up()
    for _ in range(3):
        node = world.join("tokyo")
        asked = len(world.requests())
        pour(world, shop, client, 60)
        world.wait_for_requests(asked + 1)
        code = node.wait_after(signal.SIGTERM)
        if code != 0:
            raise Failed(f"the node ended with {code}: {node.last_words()}")
    world.join("tokyo")
    settle(client, shop)
    nothing_was_in_doubt(world)
    client.close()
    close(world, shop)


def all_nodes_gone(world, shop, _):
    """All nodes are killed at once: the own line does it alone, until they are back."""
    world.use(pace=100)
    client = world.up()
    names = ["tokyo", "kyoto", "nara"]

    def join_all():
        for name in names:
            world.join(name)

    join_all()
    lose_with_work(world, shop, client, lambda: world.kill(*names), join_all, names)
    settle(client, shop)
    join_all()
    pour(world, shop, client, 100)
    client.close()
    close(world, shop)


def comes_and_goes(world, shop, chance):
    """A node that joins and leaves for ever, by SIGTERM and by SIGKILL, with work and without."""
    world.use(pace=40)
    client = world.up()
    world.join("kyoto")
    for turn in range(6):
        node = world.join("tokyo")
        pour(world, shop, client, chance.choice((0, 15, 30)))
        how = signal.SIGKILL if turn % 2 else signal.SIGTERM
        code = node.wait_after(how)
        if code != (0 if how == signal.SIGTERM else -how):
            raise Failed(f"a node that got {how.name} ended with {code}: {node.last_words()}")
        world.wait_for("node_lost", "tokyo", turn + 1)
    client.close()
    close(world, shop)


# ---- Who is not let in ----

def faketime(days):
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        skip("faketime is not installed")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": f"{days:+d}d",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def clock_off(world, shop, _):
    """Nodes whose clocks are a day ahead and a day behind work like any other."""
    world.use(sharing="remote")
    client = world.up()
    for name, days in (("tokyo", 1), ("kyoto", -1)):
        world.start_node(name, environment=faketime(days))
        world.wait_for("node_joined", name)
    pour(world, shop, client, 100)
    settle(client, shop)
    lose_with_work(world, shop, client, lambda: world.kill("tokyo"),
                   lambda: world.join("tokyo"), ["tokyo"])
    client.close()
    close(world, shop)


def strangers(world, shop, chance):
    """Whoever has no good certificate, another's name or nothing sensible to say stays outside, and
    the system goes on."""
    world.use(sharing="remote", allowed=["tokyo", "kyoto"])
    client = world.up()
    world.join("tokyo")

    foreign = Authority(world.binary, world.folder / "foreign-ca")
    old = Authority(world.binary, world.folder / "old-ca", faketime(-1_000))
    strangers = {
        # What the node shows, and whether the first system gets to see a name.
        "foreign": (("kyoto", foreign.identity("kyoto", world.authority)), {}, False),
        "expired": (("kyoto", old.identity("kyoto")), faketime(-1_000), False),
        "unlisted": (("nara", world.authority.identity("nara")), {}, True),
        "namesake": (("tokyo", world.authority.identity("tokyo")), {}, True),
    }
    for label, ((name, identity), environment, is_named) in strangers.items():
        node = world.start_node(name, identity=identity, environment=environment, label=label)
        world.wait_for("not_joined", process=node)
        if is_named:
            world.wait_for("node_refused", name)
    plain = 'plain = "I accept that orders cross this network unprotected"\n'
    node = world.start_node("kyoto", identity=plain, label="plain")
    world.wait_for("not_joined", process=node)
    pour(world, shop, client, 40)

    with contextlib.ExitStack() as open_sockets:
        for size in (1, 3, 16, 400, 70_000):
            intruder = open_sockets.enter_context(
                socket.create_connection((world.listen, NODES_PORT), timeout=20))
            with contextlib.suppress(OSError):  # it may have hung up in the middle of it
                intruder.sendall(chance.randbytes(size))
        pour(world, shop, client, 40)
        settle(client, shop)
    names = [re.search(r"\bnode=(\S+)", line).group(1) for line in world.events("node_joined")]
    if names != ["tokyo"] or world.count("node_lost"):
        raise Failed(f"these joined: {names}, and of them were lost: {world.events('node_lost')}")
    for label in [*strangers, "plain"]:
        if world.count("joined", process=world.nodes[label]):
            raise Failed(f"{label} thinks that it joined")
        world.kill(label)
    client.close()
    close(world, shop)


LATE = ["--latency", "300ms-600ms"]

STORIES = {
    # name: (story, relay centre that recognises repeats, how the relay centre is)
    "capacity_rises": (capacity_rises, True, ["--latency", "20ms"]),
    "one_contract": (one_contract, True, ["--latency", "20ms"]),
    "node_killed_with_repeats": (node_killed, True, LATE),
    "node_killed_with_reversals": (node_killed, False, LATE),
    "node_frozen": (node_frozen, False, LATE),
    "first_system_killed": (first_system_killed, True, LATE),
    "first_system_stopped": (first_system_stopped, True, LATE),
    "node_stopped": (node_stopped, True, LATE),
    "all_nodes_gone": (all_nodes_gone, True, LATE),
    "comes_and_goes": (comes_and_goes, False, ["--latency", "50ms-200ms"]),
    "clock_off": (clock_off, True, LATE),
    "strangers": (strangers, True, []),
}

if __name__ == "__main__":
    main(STORIES, Cluster)
