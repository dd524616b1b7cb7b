#!/usr/bin/env python3
"""Looks for card numbers in the memory of a running system after they were sealed, for a password
after it was hashed, and for core files.

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
REFUSED = ["4532015112830366", "4539578763621486"]  # of orders that are not accepted
REGISTERED = "4024007103939509"  # with a member, and never sent with an order
PASSWORD = "a canary that sings at night"
ACCENTED = PASSWORD + " in a cafe\u0301"  # of which there are two forms


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


def ask(expected, port, key, method, path, content, keep):
    """Sends one request in two pieces, on a connection that stays; its answer."""
    body = json.dumps(content)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(method, path)
    for name, value in (("Authorization", f"Bearer {key}"), ("Content-Type", "application/json"),
                        ("Content-Length", str(len(body)))):
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(body[:len(body) // 2].encode())
    connection.send(body[len(body) // 2:].encode())
    answer = connection.getresponse()
    text = answer.read()
    expect(answer.status == expected, f"{method} {path} was answered with {answer.status}")
    keep.append(connection)
    return json.loads(text)


def card_of(number):
    return {"company": "VISA", "number": number, "expiry": "2031-12"}


def order(port, key, more, keep, expected=202):
    ask(expected, port, key, "POST", "/v1/orders",
        {"reference": "A-1", "items": [{"code": "C", "name": "D", "quantity": 1, "unit_price": 100}],
         "amount": 100, "currency": "JPY", **more}, keep)


def be_refused(port, key, keep):
    """Whatever is wrong with an order, nothing of its card stays."""
    buyer = {"name": "B", "email": "b@example.jp"}
    for number in REFUSED:
        order(port, key, {"buyer": buyer, "card": card_of(number), "amount": 101}, keep, 422)
        order(port, key, {"buyer": buyer, "card": {**card_of(number), "expiry": "2020-01"}}, keep, 422)
        order(port, key, {"buyer": buyer, "card": {**card_of(number), "cvc": "123"}}, keep, 422)


def be_a_member(port, key, keep):
    """Registers with a password and a card, logs in, and orders with the one and the other."""
    made = ask(201, port, key, "POST", "/v1/members",
               {"name": "B", "email": "b@example.jp", "password": ACCENTED}, keep)["member"]
    path = f"/v1/members/{made}"
    ask(200, port, key, "PUT", f"{path}/card", card_of(REGISTERED), keep)
    ask(201, port, key, "POST", f"{path}/sessions", {"password": ACCENTED}, keep)
    order(port, key, {"member": made}, keep)


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
                order(port, world.SHOP_KEY, {"buyer": {"name": "B", "email": "b@example.jp"},
                                             "card": card_of(card)}, connections)
        be_a_member(port, world.SHOP_KEY, connections)
        be_refused(port, world.SHOP_KEY, connections)
        # Each was authorized: it has been through the relay line, too.
        wait_until("all are authorized", lambda: len(world.ledger_lines()) >= 21)
        witness = False  # what is known to be there is found
        for mapping, content in memory_of(pid):
            witness = witness or b"CRASH001" in content
            secrets = [secret.encode() for secret in [*CANARIES, *REFUSED, REGISTERED, PASSWORD]]
            for secret in [*secrets, PASSWORD.encode("utf-32-le")]:
                at = content.find(secret)
                expect(at < 0, f"a secret is in memory: {mapping} at {at}: "
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
