#!/usr/bin/env python3
"""Looks for card numbers in the memory of a running system after they were sealed, and for core files.

Only root reads another process's memory here, since the system forbids it to everybody else
(PR_SET_DUMPABLE); that it does is looked at first.
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import sys

from processes import Failed, World, wait_until

# Numbers that nothing else in the process knows, each with its check digit.
CANARIES = ["4556737586899855", "4929318068530373", "4485040371536584", "4716461583322103"]


def memory_of(pid):
    """Every readable page that is the process's own, as bytes a mapping."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, \
            open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) (r\S*) \S+ \S+ \S+\s*(.*)", line)
            if not found or found.group(4) in ("[vvar]", "[vsyscall]"):
                continue
            begin, end = int(found.group(1), 16), int(found.group(2), 16)
            if end - begin > 1 << 32:  # LMDB's address space, which the files stand for
                continue
            try:
                memory.seek(begin)
                yield f"{line.split()[0]} {found.group(4)}", memory.read(end - begin)
            except OSError:
                continue


def expect(condition, sentence):
    if not condition:
        raise Failed(sentence)


def order(port, key, card, keep):
    """Sends one order, by turns whole, in two pieces, and on a connection that stays."""
    body = json.dumps({"reference": "A-1", "buyer": {"name": "B", "email": "b@example.jp"},
                       "items": [{"code": "C", "name": "D", "quantity": 1, "unit_price": 100}],
                       "amount": 100, "currency": "JPY",
                       "card": {"company": "VISA", "number": card, "expiry": "2031-12"}})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", "/v1/orders")
    for name, value in (("Authorization", f"Bearer {key}"), ("Content-Type", "application/json"),
                        ("Content-Length", str(len(body)))):
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(body[:len(body) - 40].encode())
    connection.send(body[len(body) - 40:].encode())
    answer = connection.getresponse()
    answer.read()
    expect(answer.status == 202, f"an order was answered with {answer.status}")
    keep.append(connection)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--spillway", required=True, type=pathlib.Path)
    arguments.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = arguments.parse_args()
    if os.geteuid() != 0:
        print("skipped: only root can look")
        return
    shutil.rmtree(arguments.folder, ignore_errors=True)
    arguments.folder.mkdir(parents=True)
    os.umask(0o077)
    world = World(arguments.spillway, arguments.folder)
    try:
        _, port = world.start()
        pid = world.engine.popen.pid
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
        expect(re.search(r"Max core file size\s+0\s+0", limits), "core files are not forbidden")
        connections = []
        for _ in range(5):
            for card in CANARIES:
                order(port, world.SHOP_KEY, card, connections)
        # Each was authorized: it has been through the relay line, too.
        wait_until("all are authorized", lambda: len(world.ledger_lines()) >= 20)
        witness = False  # what is known to be there is found
        for mapping, content in memory_of(pid):
            witness = witness or b"CRASH001" in content
            for card in CANARIES:
                at = content.find(card.encode())
                expect(at < 0, f"a card number is in memory: {mapping} at {at}: "
                               f"…{content[max(at - 60, 0):at + 30]!r}…")
        expect(witness, "nothing is found in memory: the search is no search")
        world.engine.wait_after(signal.SIGABRT)
        cores = [path for path in arguments.folder.rglob("core*")]
        expect(not cores, f"a core file was written: {cores}")
    except Failed as failed:
        world.end()
        sys.exit(str(failed))
    world.end()
    shutil.rmtree(arguments.folder)


if __name__ == "__main__":
    main()
