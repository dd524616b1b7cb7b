"""What shops and buyers notice of a node that is gone: how long 202s take meanwhile, and how soon
the orders that it had are under way again."""

import json
import signal
import statistics
import time

from whole import cluster, stage

PACE = 500      # of the first system's line and of each node's
OFFERED = 1_200  # what two nodes bear, and what they bear no more when one is gone
ANSWERS = ("0101", "0400", "0401")  # by which an order in doubt is settled


def p99_while(folder, happens):
    """Of the 202s to orders that come at a constant rate for three seconds, in the first half of
    a second of which `happens` is called with the nodes' processes."""
    with cluster.cluster(folder, 2, PACE) as (spillway, nodes):
        # Until all that is done the first time is done: pages, caches, pools.
        stage.order_load(spillway.port, rate=OFFERED, seconds=2, connections=64).communicate()
        load = stage.order_load(spillway.port, rate=OFFERED, seconds=3, connections=64)
        time.sleep(0.5)
        happens(nodes)
        result = json.loads(load.communicate()[0])
    if result["accepted"] != result["sent"]:
        raise RuntimeError(f"not all were accepted: {result}")
    return result["p99_ms"]


def moving_again(folder, how):
    """Seconds from when a node gets the signal `how` until the first order that it had without an
    answer leaves for the relay centre again, as its ledger has it."""
    ledger = folder / "ledger"
    with cluster.cluster(folder, 2, PACE, ledger=ledger, latency="150ms") as (spillway, nodes):
        load = stage.order_load(spillway.port, rate=OFFERED, seconds=5, connections=64)
        time.sleep(2)
        gone_at = time.time()
        nodes[0].send_signal(how)
        load.communicate()
        nodes[0].kill()  # one that is frozen does not end when told to
    rows, times = cluster.read_ledger(ledger)
    again = [at - gone_at for row, at in zip(rows, times)
             if at > gone_at and row["message"] in ANSWERS]
    if not again:
        raise RuntimeError("the node had nothing without an answer")
    return min(again)


def measure(folder, row, at_most, turns=7):
    calm, dying = [], []
    for turn in range(turns):
        calm.append(p99_while(folder / f"calm-{turn}", lambda nodes: None))
        dying.append(p99_while(folder / f"dying-{turn}", lambda nodes: nodes[0].kill()))
        stage.say(f"  202s' p99 {calm[-1]:.2f} ms, while a node is killed {dying[-1]:.2f} ms")
    rows = [row("loss", "p99 of the 202s beside two nodes", statistics.median(calm), "ms"),
            row("loss", "the same while a node is killed", statistics.median(dying), "ms"),
            at_most("loss", "to the former",
                    statistics.median(dying) / statistics.median(calm), "", 1.2)]
    for name, how, target in (("kill -9", signal.SIGKILL, 0.5), ("freeze", signal.SIGSTOP, 2)):
        found = [moving_again(folder / f"{how.name}-{turn}", how) for turn in range(5)]
        stage.say(f"  {name}: moving again after " + ", ".join(f"{each:.2f}" for each in found))
        rows.append(at_most("loss", f"until a lost node's orders move again, {name}, longest of 5",
                            max(found), "s", target))
    return rows
