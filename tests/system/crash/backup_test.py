#!/usr/bin/env python3
"""Backs the real binary's data up while orders come in, and starts from each copy.

As crash_test.py: backup_test.py --spillway BINARY --folder FOLDER STORY [--seed N]"""

import re
import subprocess

from crash_test import finish, main
from processes import Failed, Process, wait_until
from shop import Client

COPIES = 3
ORDERS_BETWEEN = 50


def run(world, *words):
    done = subprocess.run([world.binary, *map(str, words)], text=True, capture_output=True,
                          check=False, timeout=120)
    if done.returncode != 0 or not done.stdout.startswith("good: "):
        raise Failed(f"{words[0]}: exit code {done.returncode}: {done.stdout}{done.stderr}")


def back_up(world, shop, number):
    """One copy; with what had been acknowledged before it was begun."""
    before = len(shop.wishes)
    wait_until("the load", lambda: len(shop.wishes) >= before + ORDERS_BETWEEN or shop.idle())
    acknowledged = [wish for wish in list(shop.wishes) if wish.codes]
    copy, keys = world.folder / f"copy-{number}", world.folder / f"keys-{number}"
    elsewhere = number % 2 == 1
    run(world, "backup", "--data", world.data, "--to", copy,
        *(["--keys-to", keys] if elsewhere else []))
    return copy, keys if elsewhere else copy / "keys", acknowledged


def names_nothing_again(client, shop, acknowledged, data):
    """What came after the copy is lost, and nothing new has its name."""
    told = {code for wish in shop.wishes for code in wish.codes}
    kept = {wish.code for wish in acknowledged}
    lost = [code for code in sorted(told - kept)
            if client.ask("GET", f"/v1/orders/{code}")[0] == 404]
    for code in lost[:3]:
        status, _, problem = client.ask("GET", f"/v1/orders?after={code}")
        if status != 400 or problem.get("type") != "/problems/place-unknown":
            raise Failed(f"{data.name}: a list from the lost {code} got {status} {problem}")
    for _ in range(len(lost) + 10):
        status, _, order = client.ask("POST", "/v1/orders", acknowledged[0].body())
        if status != 202 or order["order"] in told:
            raise Failed(f"{data.name}: a new order got {status} {order}, which was told before")
    return len(lost)


def start_from(world, shop, copy, acknowledged):
    """The copy as a system whose relay centre is out of reach."""
    text = (world.folder / "spillway.toml").read_text()
    (world.folder / "restored.toml").write_text(
        re.sub(r"port = \d+", "port = 9", text).replace('"data"', f'"{copy}"'))
    world.engine = Process(world.binary, ["serve", "--config", "restored.toml"], world.folder,
                           copy.name)
    address = world.engine.wait_until_ready(r"ready on http://(\S+)\n")
    if address is None:
        raise Failed(f"{copy.name} does not start: {world.engine.last_words()}")
    host, port = address.rsplit(":", 1)
    client = Client((host, int(port)), world.SHOP_KEY)
    for wish in acknowledged:
        status, _, order = client.ask("GET", f"/v1/orders/{wish.code}")
        if status != 200 or order["amount"] != wish.amount:
            raise Failed(f"{copy.name}: {wish.code} was acknowledged before it: {status} {order}")
        if wish.key:
            status, _, again = client.ask("POST", "/v1/orders", wish.body(),
                                          {"Idempotency-Key": wish.key})
            if (status, again.get("order")) != (202, wish.code):
                raise Failed(f"{copy.name}: the repeat of {wish.code} got {status} {again}")
    lost = names_nothing_again(client, shop, acknowledged, copy)
    client.close()
    world.stop()
    run(world, "verify", "--data", copy)
    return lost


def backed_up(world, shop, _):
    """A copy that is made under load holds all that was acknowledged before, and disturbs nothing."""
    address = world.start()
    if address is None:
        raise Failed(f"it does not start: {world.engine.last_words()}")
    shop.begin()
    shop.engine_is_at(address)
    copies = [back_up(world, shop, number) for number in range(COPIES)]
    shop.end()
    world.stop()
    finish(world, shop)
    lost = 0
    for number, (copy, keys, acknowledged) in enumerate(copies):
        data = world.folder / f"restored-{number}"
        if number == 0:  # put into place by hand
            copy.rename(data)
            if keys.parent != copy:
                keys.rename(data / "keys")
            run(world, "verify", "--data", data)
        else:
            run(world, "restore", "--from", copy, "--keys-from", keys, "--data", data)
        lost += start_from(world, shop, data, acknowledged)
    if lost == 0:
        raise Failed("no copy has lost anything: nothing was shown of names")


if __name__ == "__main__":
    main({"backed_up": (backed_up, True, [])})
