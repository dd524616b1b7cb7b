#!/usr/bin/env python3
"""Lets everything around the real binary go wrong, one thing a story, and audits what is left.

    fault_test.py --spillway BINARY --folder FOLDER STORY [--seed N]

SPILLWAY_CRASH_REPEATS=N tells each story N times, each time with another seed. Exit code 77: this
machine cannot tell the story, and it says why.
"""

import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

from audit import orders_listed
from crash_test import RELAY_FAULTS, finish, main, order_one
from mail_server import MailServer
from processes import Failed, wait_until
from shop import CANARIES, Client, Wish
from wire import WiredWorld

SKIPPED = 77


class FaultyWorld(WiredWorld):
    def add_settings(self, text):
        with (self.folder / "spillway.toml").open("a") as file:
            file.write(text)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def up(world):
    address = world.start()
    if address is None:
        raise Failed(f"it does not start: {world.engine.last_words()}")
    return address


def let_pass(seconds, world):
    until = time.monotonic() + seconds
    wait_until("time passes", lambda: time.monotonic() > until or world.engine.ended(), seconds + 9)
    if world.engine.ended():
        raise Failed(f"it ended by itself: {world.engine.last_words()}")


def bad_lines(world, shop, chance):
    """A line that never answers, talks garbage, breaks off within an answer, or cannot be had."""
    shop.begin()
    shop.engine_is_at(up(world))
    states = ["silent", "garbled", "torn", "cut"]
    chance.shuffle(states)
    for state in states:
        let_pass(chance.uniform(0.2, 0.6), world)
        world.wire.be(state)
        let_pass(chance.uniform(0.5, 1.2), world)
        world.wire.be("open")
    shop.engine_is_down()
    shop.end()
    world.stop()
    finish(world, shop)


def bad_mail_server(world, shop, chance):
    """Mails put off, stalled, and taken by a server that drops the line before it says so."""
    server = MailServer(world.data / "outbox")
    world.add_settings(f'\n[mail]\nkind = "smtp"\nurl = "smtp://127.0.0.1:{server.port}"\n')
    shop.begin()
    shop.engine_is_at(up(world))
    states = ["busy", "stalling", "dropping"]
    chance.shuffle(states)
    for state in states:
        let_pass(chance.uniform(0.3, 0.8), world)
        server.be(state)
        let_pass(chance.uniform(0.8, 1.5), world)
        server.be("good")
    shop.engine_is_down()
    shop.end()
    world.stop()
    finish(world, shop)
    server.end()
    if not any(count > 1 for count in server.taken.values()):
        raise Failed("no mail went out again, so that no line can have dropped")


# ---- The clock ----

PACE = 60
DAY = 24 * 3600


def sent_at(line):
    return datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp()


def clock_jumps(world, shop, chance):
    """The civil clock goes a day on and back while orders wait, are sent and are answered."""
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        skip("faketime is not installed")
    offset = world.folder / "offset"

    def jump(seconds):
        (world.folder / "offset.new").write_text(f"{seconds:+d}s\n")
        (world.folder / "offset.new").rename(offset)

    jump(0)
    world.environment = {"LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(offset),
                         "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                         "DONT_FAKE_MONOTONIC": "1"}
    world.add_settings(f'pacing = "paced"\npace = {PACE}\n')
    client = Client(up(world), world.SHOP_KEY)
    for i in range(4 * PACE):
        order_one(client, shop, i)
        if i % PACE == PACE // 2:
            jump(chance.choice((DAY, 3600, -3600)))

    def all_authorized():
        orders = orders_listed(client)
        return len(orders) == 4 * PACE and all(o["status"] == "authorized" for o in orders)

    jumps = [-DAY, DAY, -DAY // 2, 0]
    deadline = time.monotonic() + 60
    while not all_authorized():
        if time.monotonic() > deadline:
            raise Failed("the orders are not authorized within a minute")
        jump(jumps[0])
        jumps = jumps[1:] + jumps[:1]
        let_pass(0.2, world)
    for order in orders_listed(client):
        if any(change["status"] == "in_doubt" for change in order["history"]):
            raise Failed(f"{order['order']} was in doubt: a deadline fired early")
    lines = [json.loads(text) for text in world.ledger_lines()]
    times = sorted(sent_at(line) for line in lines)
    for i in range(PACE + PACE // 2, len(times)):
        if times[i] - times[i - PACE - PACE // 2] < 1.0:
            raise Failed(f"{PACE + PACE // 2} requests in less than a second, at a pace of {PACE}")
    if len(times) != 4 * PACE:
        raise Failed(f"{4 * PACE} orders made {len(times)} requests")
    jump(0)
    client.close()
    world.stop()
    finish(world, shop)


# ---- The disk ----

class LargeWish(Wish):
    """An order that takes much room in the journal."""

    def body(self, amount=None):
        order = json.loads(super().body(amount))
        order["items"] += [{"code": f"FILLER-{i}", "name": "f" * 190, "quantity": 1,
                            "unit_price": 0} for i in range(190)]
        return json.dumps(order)


def mount(image, folder, megabytes):
    if os.geteuid() != 0:
        skip("only root mounts a small disk")
    folder.mkdir(mode=0o700)
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    for command in (["mkfs.ext4", "-q", "-F", "-m", "0", image], ["mount", "-o", "loop", image, folder]):
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            skip(f"{command[0]}: {done.stderr.strip()}")
    folder.chmod(0o700)


def fill(path):
    """A file that leaves nothing free."""
    with path.open("wb") as file:
        step = 64 << 20
        while step >= 4096:
            try:
                os.posix_fallocate(file.fileno(), file.tell(), step)
                file.seek(step, os.SEEK_CUR)
            except OSError:
                step //= 2


def disk_full(world, shop, chance):
    """Others fill the disk: new orders get 503, what was accepted goes on, room is found again."""
    image = world.folder / "disk.img"
    mount(image, world.data, 640)
    try:
        client = Client(up(world), world.SHOP_KEY)
        fill(world.data / "ballast")
        told = []
        for i in range(4_000):
            wish = LargeWish(5_000 + i, *CANARIES[i % len(CANARIES)], f"key-{i}")
            status, headers, _ = client.ask("POST", "/v1/orders", wish.body(),
                                            {"Idempotency-Key": wish.key})
            if status == 503:
                told.append(headers.get("Retry-After"))
                break
            shop.wishes.append(wish)
            shop.order(client, wish)
        if not told or not told[0]:
            raise Failed(f"a full disk gives {told or 'no 503'}")
        status, _, _ = client.ask("GET", "/readyz")
        if status != 503:
            raise Failed(f"/readyz says {status} on a full disk")
        wait_until("the log says that there is no room",
                   lambda: "event=no_room file=journal" in world.engine.err.read_text(), 30, 0.2)
        if "event=disk_nearly_full" not in world.engine.err.read_text():
            raise Failed("the log does not say that the disk is nearly full")
        for wish in chance.sample(shop.wishes, 40):
            shop.cancel(client, wish)

        def rests():
            return all(order["status"] in ("authorized", "cancelled")
                       for order in orders_listed(client))

        wait_until("all outcomes are known on a full disk", rests, 60, 0.2)
        (world.data / "ballast").unlink()
        last = LargeWish(4_999, *CANARIES[0], "key-last")
        shop.wishes.append(last)
        wait_until("room is found again", lambda: shop.order(client, last) or last.codes, 20, 0.2)
        wait_until("the log says that there is room again",
                   lambda: "event=room_again file=journal" in world.engine.err.read_text(), 30, 0.2)
        told = world.engine.err.read_text().count("event=no_room file=journal")
        if told != 1:
            raise Failed(f"that there is no room was told {told} times within minutes")
        client.close()
        world.stop()
        finish(world, shop)
        shutil.copytree(world.data, world.folder / "left", ignore=shutil.ignore_patterns("lost*"))
    finally:
        world.end()
        subprocess.run(["umount", str(world.data)], check=False)
        image.unlink()


# ---- A reader that never ends ----

# What mdb_copy does while the other end of its pipe takes nothing.
ENDLESS_READER = """
import ctypes, sys
lmdb = ctypes.CDLL("liblmdb.so.0")
environment, transaction = ctypes.c_void_p(), ctypes.c_void_p()
RDONLY = 0x20000
for code in (lmdb.mdb_env_create(ctypes.byref(environment)),
             lmdb.mdb_env_open(environment, sys.argv[1].encode(), RDONLY, 0o600),
             lmdb.mdb_txn_begin(environment, None, RDONLY, ctypes.byref(transaction))):
    if code != 0:
        sys.exit(f"LMDB: {code}")
print("reads", flush=True)
sys.stdin.read()
"""
ORDERS_BESIDE_A_READER = 200


def used_pages(path):
    """Of the data file: the larger of the two last page numbers that LMDB's meta pages name."""
    with path.open("rb") as file:
        metas = [os.pread(file.fileno(), 8, page * 4096 + 136) for page in (0, 1)]
    return max(int.from_bytes(meta, sys.byteorder) for meta in metas)


def endless_reader(world, shop, chance):
    """Another process reads the journal for ever: orders go on, it shows, and room is used again."""
    client = Client(up(world), world.SHOP_KEY)
    journal = world.data / "journal"

    def shown(name):
        _, _, text = client.ask("GET", "/metrics")
        for line in text.splitlines():
            if line.startswith((f'spillway_data_file_{name}{{file="journal"}} ',
                                f"spillway_data_file_{name} ")):
                return float(line.rsplit(" ", 1)[1])
        raise Failed(f"/metrics has no {name}")

    def pages_of_orders(first):
        before = used_pages(journal / "data.mdb")
        for i in range(ORDERS_BESIDE_A_READER):
            order_one(client, shop, first + i)
        return used_pages(journal / "data.mdb") - before

    order_one(client, shop, 0)
    with subprocess.Popen(["setpriv", "--pdeathsig", "KILL", sys.executable, "-c", ENDLESS_READER,
                           str(journal)], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as reader:
        if reader.stdout.readline() != "reads\n":
            raise Failed("the reader does not begin")
        held = pages_of_orders(1)
        wait_until("the reader's age shows", lambda: shown("reader_age_seconds") > 0, 30, 0.2)
        if shown("dead_readers_total") != 0:
            raise Failed("the reader counts as dead while it lives")
        order_one(client, shop, 1 + ORDERS_BESIDE_A_READER)
        wait_until("its cost shows", lambda: shown("reader_growth_bytes") > 0, 30, 0.2)
        reader.kill()
    wait_until("the dead reader is cleared", lambda: shown("dead_readers_total") == 1, 30, 0.2)
    if shown("reader_age_seconds") != 0:
        raise Failed("a reader shows that is gone")
    free = pages_of_orders(2 + ORDERS_BESIDE_A_READER)
    if free * 4 > held:
        raise Failed(f"as many orders took {held} pages beside a reader, {free} after it")
    client.close()
    world.stop()
    finish(world, shop)


# ---- The bits ----

FLIPS = 20


def used_bytes(path):
    """Where anything stands."""
    used = []
    with path.open("rb") as file:
        at = 0
        while page := file.read(4096):
            if page.count(0) < len(page):
                used += [at + i for i, byte in enumerate(page) if byte]
            at += len(page)
    return used


def verify(world):
    return subprocess.run([world.binary, "verify", "--data", str(world.data)], text=True,
                          capture_output=True, check=False, timeout=60)


def check_served(world, known):
    """A system on damaged data tells the truth or nothing, and never ends without a word."""
    address = world.start()
    if address is None:
        code = world.engine.wait()
        if not world.engine.last_words():
            raise Failed(f"it does not start, with {code}, and says nothing")
        return "did not start"
    client = Client(address, world.SHOP_KEY)
    try:
        for code, order in known.items():
            status, _, answer = client.ask("GET", f"/v1/orders/{code}")
            if status < 500 and (status != 200 or answer != order):
                raise Failed(f"{code} is told as {status} {answer}")
    except OSError:
        pass  # it stopped: see below
    finally:
        client.close()
    world.engine.send(signal.SIGTERM)
    code = world.engine.wait()
    if code != 0 and "spillway: " not in world.engine.err.read_text():
        raise Failed(f"it ended with {code} and said nothing: {world.engine.last_words()}")
    return "served" if code == 0 else "stopped"


def flipped_bits(world, shop, chance):
    """A bit of the journal or the views flips: it is found, or it was one that nobody reads."""
    client = Client(up(world), world.SHOP_KEY)
    for i in range(60):
        order_one(client, shop, i)
    client.close()
    world.stop()
    finish(world, shop)
    client = Client(up(world), world.SHOP_KEY)
    known = {order["order"]: order for order in orders_listed(client)}
    client.close()
    world.stop()
    good = world.folder / "good"
    shutil.move(world.data, good)
    ends = {}
    for i in range(FLIPS):
        shutil.rmtree(world.data, ignore_errors=True)
        subprocess.run(["cp", "-a", "--sparse=always", str(good), str(world.data)], check=True)
        path = world.data / chance.choice(["journal/data.mdb", "views/data.mdb"])
        with path.open("r+b") as file:
            at = chance.choice(used_bytes(path))
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))
        checked = verify(world)
        if checked.returncode != 0 and not checked.stderr.strip():
            raise Failed(f"byte {at} of {path.parent.name}: verify ends with {checked.returncode} "
                         "and says nothing")
        told = check_served(world, known)
        found = "found" if checked.returncode != 0 else "not found"
        ends[found, told] = ends.get((found, told), 0) + 1
    if not any(found == "found" for found, _ in ends):
        raise Failed("no flip was found by verify")
    print(", ".join(f"{found} and {told}: {count}" for (found, told), count in ends.items()))
    shutil.rmtree(world.data)
    shutil.move(good, world.data)
    world.verify()


STORIES = {
    # name: (story, relay centre that recognises repeats, relay centre's faults)
    "bad_lines": (bad_lines, False, RELAY_FAULTS),
    "bad_mail_server": (bad_mail_server, True, []),
    "clock_jumps": (clock_jumps, True, []),
    "disk_full": (disk_full, True, []),
    "endless_reader": (endless_reader, True, []),
    "flipped_bits": (flipped_bits, True, []),
}

if __name__ == "__main__":
    main(STORIES, FaultyWorld)
