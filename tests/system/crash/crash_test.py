#!/usr/bin/env python3
"""Stops the real binary at the worst moments and audits what is left.

    crash_test.py --spillway BINARY --folder FOLDER STORY [--seed N]

A story that fails says with which seed, and keeps its folder: FOLDER/STORY-SEED. What falls to a
seed is which call kills and what the shop does; how the threads interleave does not.
SPILLWAY_CRASH_REPEATS=N tells each story N times, each time with another seed.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import sys
import time

from audit import Audit, check_no_card_is_readable, settle
from processes import Failed, Fault, World, wait_until
from shop import CANARIES, Client, Shop, Wish

RELAY_FAULTS = ["--fault", "lost=0.03", "--fault", "double=0.03", "--fault", "late=0.02",
                "--fault", "garbage=0.005", "--fault", "drop=0.005",
                # Answers that are read as any other, that say nothing, and that approve something else.
                "--fault", "extra=0.02,one_bitmap=0.02,empty=0.02,advice=0.02,key_change=0.01",
                "--fault", "no_stan=0.02,masked=0.02,unreadable=0.01,foreign=0.01,no_code=0.01",
                "--fault", "68=0.01,94=0.02,partial=0.005,amount=0.005,currency=0.005",
                "--fault", "08=0.005,11=0.005"]
KILLED = -signal.SIGKILL
KILLS = 12  # in one data folder
FAULT_WITHIN = 8.0  # seconds under load, and with a shop that only inquires and cancels: a fault
IDLE_MAX = 1.0      # whose turn does not come in this time is made up for by a kill

# What the engine does on the way of an order, and how often one thread may do it before its turn:
# LMDB's pages (writev, pwrite64), its sync (fdatasync), its meta page (pwrite64); sockets, wake-ups
# and mails (write), mails (rename).
CALLS_UNDER_LOAD = {"pwrite64": 500, "writev": 300, "fdatasync": 250, "write": 800, "rename": 150}
# And while it makes a data folder.
CALLS_AT_CREATION = {"mkdir": 5, "fsync": 24, "rename": 11, "pwrite64": 4, "writev": 2,
                     "fdatasync": 2, "fallocate": 2}


def finish(world, shop):
    """The last life, without faults: everything settles, and all of it is audited."""
    address = world.start()
    if address is None:
        raise Failed(f"it does not start again: {world.engine.last_words()}")
    client = Client(address, world.SHOP_KEY)
    try:
        keyed = [wish for wish in shop.wishes if wish.key]
        for wish in [wish for wish in keyed if not wish.codes]:
            shop.order(client, wish)  # its shop never heard of it
        settle(client, shop)
        for wish in keyed:
            shop.order(client, wish)  # each key once more leads to the same order
        Audit(world, shop, client).check()
    finally:
        client.close()
    world.stop()
    world.verify()


def live_through(world, shop, fault, expected):
    """One life of the engine under load, up to the fault, whose exit code is `expected`.

    Whether the fault's turn came: where it does not, a kill from outside ends the life.
    """
    address = world.start(fault)
    if address is not None:
        shop.engine_is_at(address)
        waited = [(FAULT_WITHIN, shop.idle), (IDLE_MAX, lambda: False)]
        for seconds, enough in waited:
            give_up = time.monotonic() + seconds
            wait_until("the fault's turn", lambda: world.engine.ended() or enough()
                       or time.monotonic() > give_up)
    struck = world.engine.ended()
    if not struck:
        world.engine.send(signal.SIGKILL)
    code = world.engine.wait()
    shop.engine_is_down()
    if code != (expected if struck else KILLED):
        raise Failed(f"life {world.lives}, {fault}: exit code {code}: {world.engine.last_words()}")
    return struck


def order_one(client, shop, i):
    shop.wishes.append(Wish(5_000 + i, *CANARIES[i % len(CANARIES)], f"key-{i}"))
    shop.order(client, shop.wishes[-1])


def log_uniform(chance, most):
    return round(most ** chance.random())


# ---- The stories ----

def killed_at_creation(world, shop, _):
    """Whatever was made of a data folder before a kill, the next start makes the rest."""
    for call, most in CALLS_AT_CREATION.items():
        for when in range(1, most + 1):
            shutil.rmtree(world.data, ignore_errors=True)
            address = world.start(Fault(call, when))
            if address is not None or world.engine.wait() != KILLED:
                raise Failed(f"{call} {when} is not on the way of a creation: {address}, "
                             + world.engine.last_words())
            if world.start() is None:
                raise Failed(f"killed at {call} {when}, it does not start again: "
                             + world.engine.last_words())
            world.stop()
            world.verify()
    finish(world, shop)


def killed(world, shop, chance):
    """kill -9 at the n-th call of a kind, under load and in recoveries, again and again."""
    faults = []
    for _ in range(KILLS):
        call = chance.choice(list(CALLS_UNDER_LOAD))
        faults.append(Fault(call, log_uniform(chance, CALLS_UNDER_LOAD[call])))
    shop.begin()
    struck = [live_through(world, shop, fault, KILLED) for fault in faults]
    shop.end()
    if sum(struck) < KILLS // 2:
        raise Failed(f"only {sum(struck)} of {KILLS} faults had their turn")
    finish(world, shop)


def failed_write(world, shop, chance):
    """A write or sync that fails stops the process; what it was for is not acknowledged."""
    journal, views = world.data / "journal/data.mdb", world.data / "views/data.mdb"
    shop.begin()
    for call, path, most in [("fdatasync", journal, 120), ("pwrite64", journal, 120),
                             ("writev", journal, 120), ("fdatasync", views, 20)]:
        fault = Fault(call, chance.randint(5, most), "error=EIO", path)
        if not live_through(world, shop, fault, -signal.SIGABRT):
            went_on = world.calls_failed()
            raise Failed(f"{fault} of {path.parent.name}: " +
                         ("the process went on" if went_on else "its turn never came"))
    shop.end()
    finish(world, shop)


def failed_sync_is_not_acknowledged(world, shop, chance):
    """One order a commit, so that it is known which order's sync failed: that one gets no 202."""
    world.relay.send(signal.SIGSTOP)  # no line, so that nothing but receptions is written
    when = chance.randint(2, 9)  # of the journal writer's; each thread's calls count by themselves
    address = world.start(Fault("fdatasync", when, "error=EIO", world.data / "journal/data.mdb"))
    client = Client(address, world.SHOP_KEY) if address else None
    for i in range(when if client else 0):
        try:
            order_one(client, shop, i)
        except OSError:
            break
    world.relay.send(signal.SIGCONT)
    code = world.engine.wait()
    told = [len(wish.codes) for wish in shop.wishes]
    if code != -signal.SIGABRT or told != [1] * (when - 1) + [0]:
        raise Failed(f"sync {when} failed, exit code {code}, acknowledgements: {told}")
    finish(world, shop)


def stopped(world, shop, chance):
    """SIGTERM under load ends well, and nothing is lost or made twice."""
    shop.begin()
    for _ in range(3):
        address = world.start()
        if address is None:
            raise Failed(f"it does not start: {world.engine.last_words()}")
        before, more = len(shop.wishes), chance.randint(20, 200)
        shop.engine_is_at(address)
        wait_until("the load", lambda: len(shop.wishes) >= before + more or shop.idle())
        world.stop()
        shop.engine_is_down()
    shop.end()
    finish(world, shop)


def stopped_calmly(world, shop, _):
    """SIGTERM right behind an order: what the relay centre answered is not in doubt after it."""
    for life in range(12):
        client = Client(world.start(), world.SHOP_KEY)
        for i in range(15):
            order_one(client, shop, 15 * life + i)
        client.close()
        world.stop()
    finish(world, shop)
    doubts = [text for text in world.ledger_lines() if json.loads(text)["message"] != "0100"]
    if doubts:
        raise Failed(f"{len(doubts)} requests settled a doubt, the first is {doubts[0]}")


def second_engine(world, shop, _):
    """A data folder has one engine: another one is told so and leaves the first alone."""
    client = Client(world.start(), world.SHOP_KEY)
    first = world.engine
    order_one(client, shop, 0)
    if world.start() is not None or world.engine.wait() != 1:
        raise Failed("a second engine started on the same data folder")
    if "in use by another process" not in world.engine.last_words():
        raise Failed("the second engine does not say why: " + world.engine.last_words())
    if first.ended():
        raise Failed("the second engine's try ended the first one")
    world.engine = first
    order_one(client, shop, 1)
    if not all(wish.codes for wish in shop.wishes):
        raise Failed("the first engine takes no more orders")
    world.stop()
    finish(world, shop)


STORIES = {
    # name: (story, relay centre that recognises repeats, relay centre's faults)
    "killed_at_creation": (killed_at_creation, True, []),
    "killed": (killed, True, []),
    "killed_with_repeats": (killed, True, RELAY_FAULTS),
    "killed_with_reversals": (killed, False, RELAY_FAULTS),
    "failed_write": (failed_write, True, []),
    "failed_sync": (failed_sync_is_not_acknowledged, True, []),
    "stopped": (stopped, False, RELAY_FAULTS),
    "stopped_calmly": (stopped_calmly, True, []),
    "second_engine": (second_engine, True, []),
}


def tell(story_of, name, seed, binary, folder, world_of=World):
    story, recognises_repeats, faults = story_of[name]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    shop = Shop(World.SHOP_KEY, seed)
    world = world_of(binary, folder, recognises_repeats, ["--seed", str(seed), *faults])
    try:
        story(world, shop, random.Random(seed))
    finally:
        shop.end()
        world.end()
    check_no_card_is_readable(folder)
    summary = (world.folder / "verify.out").read_text().strip()
    print(f"{name}, seed {seed}: {world.lives} lives, {summary}", flush=True)
    shutil.rmtree(folder)


def main(story_of, world_of=World):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("story", choices=story_of)
    parser.add_argument("--spillway", required=True, type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--folder", required=True, type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not shutil.which("strace"):
        sys.exit("strace is not installed")
    for repeat in range(int(os.environ.get("SPILLWAY_CRASH_REPEATS", "1"))):
        seed = options.seed + 1000 * repeat
        folder = options.folder / f"{options.story}-{seed}"
        try:
            tell(story_of, options.story, seed, options.spillway, folder, world_of)
        except Failed as failed:
            sys.exit(f"{options.story}, seed {seed}: {failed}\nWhat is left is in {folder}")


if __name__ == "__main__":
    main(STORIES)
