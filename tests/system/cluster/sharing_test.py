#!/usr/bin/env python3
"""Work that is shared: between two first systems, over a slow cable, with a node that an operator
drains, and in another way from one moment to the next; each ends with the audit of the crash tests.

    sharing_test.py --spillway BINARY --folder FOLDER STORY [--seed N]
"""

import collections
import os
import re
import signal
import threading

from cluster import NODES_PORT, Cluster, pour, run
from cluster_test import LATE, close, skip
from slow_cable import SlowCable
from two_systems import OtherSystem

from audit import settle
from crash_test import main
from processes import Failed, wait_until

SLOW_S = 0.06   # each way
TRIES = 5       # on a machine that is so busy that a node is not heard of for a second
VERSION = 3     # of the node protocol
OLDEST = 2      # that is understood


def pour_into_both(pairs, count):
    threads = [threading.Thread(target=pour, args=(*each, count, 2)) for each in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def two_systems(world, shop, _):
    """Two first systems share two nodes: each gets its part, and a node that is killed while it
    holds work of both leaves nothing undone at either."""
    world.use(sharing="remote", node_pace=50)
    other = OtherSystem(world)
    pairs = [(world, shop, world.up()), (other, other.shop, other.up())]
    for name in ("tokyo", "kyoto"):
        world.join(name)
        other.wait_for("node_joined", name)
    pour_into_both(pairs, 120)
    world.wait_for_requests(120)
    of_other = sum(1 for request in world.requests()[20:120] if request["amount"] in other.AMOUNTS)
    if not 25 <= of_other <= 75:
        raise Failed(f"of a hundred requests of two systems, {of_other} were the second's")
    world.kill("tokyo")
    for system in (world, other):
        system.wait_for("node_lost", "tokyo")
    for _, its_shop, client in pairs:
        settle(client, its_shop)
    world.join("tokyo")
    other.wait_for("node_joined", "tokyo", 2)
    pour_into_both(pairs, 20)
    for system, its_shop, client in pairs:
        client.close()
        close(system, its_shop)


def slow_cable(world, shop, _):
    """A node at the end of a slow cable takes its part and is not lost; when it is killed there, no
    charge is made twice."""
    world.use(sharing="remote", node_pace=60)  # so that the near one is not done before
    client = world.up()
    world.join("kyoto")
    world.joins = [SlowCable((world.listen, NODES_PORT), SLOW_S).address]
    world.join("tokyo")
    pour_while_nobody_is_lost(world, shop, client)
    asked, lost = len(world.requests()), world.count("node_lost", "tokyo")
    pour(world, shop, client, 120)
    world.wait_for_requests(asked + 1)
    world.kill("tokyo")
    world.wait_for("node_lost", "tokyo", lost + 1)
    pour(world, shop, client, 40)
    client.close()
    close(world, shop)


def pour_while_nobody_is_lost(world, shop, client):
    """A node that the cable makes lost is lost each time."""
    for _ in range(TRIES):
        for name in ("kyoto", "tokyo"):
            world.wait_for("node_joined", name, world.count("node_lost", name) + 1)
        lost, asked = world.count("node_lost"), len(world.requests())
        pour(world, shop, client, 300)
        settle(client, shop)
        lines = collections.Counter(request["line"] for request in world.requests()[asked:])
        if len(lines) == 2 and min(lines.values()) >= 20 and world.count("node_lost") == lost:
            return
    raise Failed(f"requests by line: {lines}; lost: {world.events('node_lost')}")


def drained(world, shop, _):
    """A node that an operator drains gives back nothing undone, may be stopped without a doubt, and
    is not missed; that it was drained stands in the audit log."""
    world.use(sharing="remote", node_pace=100)
    client = world.up()
    tokyo = world.join("tokyo")
    world.join("kyoto")
    pour(world, shop, client, 200)
    said = world.operate("drain", "tokyo")
    if not said.endswith("tokyo can be stopped now.\n"):
        raise Failed(f"spillway drain said {said!r}")
    if tokyo.wait_after(signal.SIGTERM) != 0:
        raise Failed(f"the drained node did not stop: {tokyo.last_words()}")
    world.wait_for("node_left", "tokyo")
    settle(client, shop)
    if world.count("node_lost") or "spillway_node_joined{node=\"tokyo\"}" in metrics(client):
        raise Failed("a node that was drained is missed")
    by_order = collections.Counter(request["amount"] for request in world.requests())
    if set(by_order.values()) != {1}:
        raise Failed(f"orders were sent again: {by_order.most_common(3)}")
    world.join("tokyo")
    pour(world, shop, client, 40)
    give_up_a_lost_one(world, client)
    client.close()
    close(world, shop)
    if not re.search(r"\bPOST\b.*/v1/nodes/tokyo/drain\b",
                     run(world.binary, "audit", "--data", world.data)):
        raise Failed("the audit log does not say that the node was drained")


def give_up_a_lost_one(world, client):
    """A lost node is shown until it is back or an operator drains it."""
    world.kill("kyoto")
    world.wait_for("node_lost", "kyoto")
    if not re.search(r"^kyoto +lost ", world.operate("nodes"), re.MULTILINE):
        raise Failed("a node that was lost is not shown")
    said = world.operate("drain", "kyoto")
    if not said.endswith("kyoto can be stopped now.\n") or "kyoto" in world.operate("nodes") or \
            'spillway_node_joined{node="kyoto"}' in metrics(client):
        raise Failed(f"a node that was given up is still there: {said!r}")


def metrics(client):
    return client.ask("GET", "/metrics")[2]


def changed_while_it_runs(world, shop, _):
    """How work is shared is changed while orders wait, with nothing lost, and stays over a crash."""
    world.use(sharing="local", pace=20)
    client = world.up()
    world.join("tokyo")
    pour(world, shop, client, 200)
    world.wait_for_requests(1)
    lines = {request["line"] for request in world.requests()}
    if len(lines) > 1:
        raise Failed(f"requests by {lines} of what may go by the own line only")
    world.operate("pace", "east", "--sharing", "remote")
    done = len(world.requests())
    wait_until("an empty queue", lambda: 'queue_length{queue="authorization",relay="east"} 0\n'
               in metrics(client))
    own = sum(request["line"] in lines for request in world.requests()[done:])
    if own > 20:  # a few may have had their permits
        raise Failed(f"{own} more requests went by the own line of what may go by nodes only")
    world.engine.wait_after(signal.SIGKILL)
    client.close()
    client = world.up()
    if "  remote  " not in world.operate("relays"):
        raise Failed("the sharing that was set is forgotten")
    world.wait_for("joined", process=world.nodes["tokyo"], count=2)
    said = world.operate("pace", "east", "--sharing", "as-configured")
    if said != "east: local (as configured)\n":
        raise Failed(f"as configured: {said!r}")
    try:
        world.operate("pace", "east", "--sharing", "local", "--spill-wait", "5s")
    except Failed as refused:
        if "has a meaning only with spill" not in str(refused):
            raise
    else:
        raise Failed("a threshold of spill was taken without it")
    client.close()
    close(world, shop)


def another_version(world, shop, _):
    """Who knocks with a good certificate and another version of the protocol is told so."""
    peer = os.environ.get("SPILLWAY_OLD_PEER")
    if not peer:
        skip("SPILLWAY_OLD_PEER names no program")
    client = world.up()
    world.authority.identity("old")
    files = world.authority.folder / "old"
    for version in (OLDEST - 1, VERSION + 1):
        said = run(peer, world.joins[0], files / "old.pem", files / "old.key", files / "ca.pem",
                   version)
        if said != f"the node speaks version {version} of the node protocol, not {VERSION}\n":
            raise Failed(f"a node of version {version} was told: {said!r}")
    refused = world.events("node_refused")
    if len(refused) != 2 or f"speaks version {OLDEST - 1} of" not in refused[0]:
        raise Failed(f"the log says: {refused}")
    world.join("tokyo")
    pour(world, shop, client, 20)
    client.close()
    close(world, shop)


STORIES = {
    "two_systems": (two_systems, True, LATE),
    "slow_cable": (slow_cable, False, LATE),
    "drained": (drained, True, ["--latency", "200ms"]),
    "changed_while_it_runs": (changed_while_it_runs, True, ["--latency", "20ms"]),
    "another_version": (another_version, True, []),
}

if __name__ == "__main__":
    main(STORIES, Cluster)
