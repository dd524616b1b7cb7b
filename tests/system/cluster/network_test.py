#!/usr/bin/env python3
"""Cuts cables between real processes, one way a story; each ends with the audit of the crash tests.

    network_test.py --spillway BINARY --folder FOLDER STORY [--seed N]

Needs network namespaces: root, or a kernel that lets users make them. Exit code 77: it is skipped.
"""

import datetime
import re
import time

from cluster import Cluster, pour
from cluster_test import LATE, close, lose_with_work, skip
from network import FarMachine, enter_own_network

from audit import settle
from crash_test import main
from processes import Failed

LOST_WITHIN_S = 2.0


def cut_and_heal(world, shop, cut, heal, times=2):
    """Cuts tokyo off while it holds work; all is settled by kyoto; tokyo joins again when healed."""
    world.use(sharing="remote")
    client = world.up()
    tokyo, kyoto = FarMachine(1), FarMachine(2)
    world.join("tokyo", tokyo)
    world.join("kyoto", kyoto)
    cut_at = []

    def be_cut():
        cut_at.append(time.time())
        cut(tokyo)

    def be_healed():
        joined = world.count("node_joined", "tokyo")
        heal(tokyo)
        world.wait_for("node_joined", "tokyo", joined + 1)

    for _ in range(times):
        lose_with_work(world, shop, client, be_cut, be_healed, ["tokyo"])
        time_of = re.search(r"\btime=(\S+)Z", world.events("node_lost", "tokyo")[-1]).group(1)
        lost_at = datetime.datetime.fromisoformat(time_of + "+00:00").timestamp()
        if lost_at - cut_at[-1] > LOST_WITHIN_S:
            raise Failed(f"the loss was noticed {lost_at - cut_at[-1]:.1f} s after the cut")
        pour(world, shop, client, 40)
        settle(client, shop)
        be_healed()
    pour(world, shop, client, 40)
    client.close()
    close(world, shop)


def set_cables(state):
    def change(machine):
        for cable in machine.CABLES:
            machine.set_cable(cable, state)
    return change


def cut_both_ways(world, shop, _):
    """Node and world are apart: neither first system nor relay centre is reached. Once only: the line
    needs up to 12 s to see that it is dead, and a node without a line gets no work."""
    cut_and_heal(world, shop, set_cables("down"), set_cables("up"), times=1)


def cut_from_system(world, shop, _):
    """The node goes on with its relay centre, and is cut off from the first system only."""
    cut_and_heal(world, shop, lambda machine: machine.set_cable("to-system", "down"),
                 lambda machine: machine.set_cable("to-system", "up"))


def deaf_node(world, shop, _):
    """What the first system says does not arrive; what the node says does."""
    cut_and_heal(world, shop, lambda machine: machine.set_way_there("to-system", "add"),
                 lambda machine: machine.set_way_there("to-system", "delete"))


def mute_node(world, shop, _):
    """What the node says does not arrive; what the first system says does."""
    cut_and_heal(world, shop, lambda machine: machine.set_way_back("to-system", "add"),
                 lambda machine: machine.set_way_back("to-system", "delete"))


STORIES = {
    "cut_both_ways": (cut_both_ways, True, LATE),
    "cut_from_system": (cut_from_system, False, LATE),
    "deaf_node": (deaf_node, True, LATE),
    "mute_node": (mute_node, False, LATE),
}

if __name__ == "__main__":
    enter_own_network(skip)
    main(STORIES, lambda *arguments: Cluster(*arguments, listen="0.0.0.0"))
