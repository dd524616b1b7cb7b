#!/usr/bin/env python3
"""Closed orders leave the journal when their time is over, with the real binary.

One order is charged, one refused, one waits for the shop's word. A day less some minutes later all
are there, and a repeat is answered as the first time; a day and an hour later the first two are
gone: from the API, from the views when they are begun anew, and from every file. The books hold a
line of each that agrees with the relay centre's ledger, and the receipt is still good.
"""

import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "members"))

from erasure_test import DAY_S, Engine, look, run_story
from members_test import check, system_metric
from processes import Failed, wait_until

BUYER = {"name": "Sei Shonagon-Canary", "email": "sei.canary@heian.example"}
ITEM = "Canary-coloured pillow"
CARDS = {"authorized": "4242424242424242", "refused": "4000000000000002",
         "approval_needed": "4000000000000010"}
LINE = ["amount", "approval_code", "charged", "currency", "order", "outcome", "outcome_at",
        "received_at", "relay", "reversed", "shop"]


def bought(status):
    return {"reference": f"R-{status}", "buyer": BUYER, "amount": 3150, "currency": "JPY",
            "items": [{"code": "P", "name": ITEM, "quantity": 1, "unit_price": 3150}],
            "card": {"company": "VISA", "number": CARDS[status], "expiry": "2039-12"}}


def place(engine, status):
    return engine.ask("POST", "/v1/orders", bought(status),
                      headers={"Idempotency-Key": status, "Prefer": "receipt"})


def listed(engine):
    return sorted(order["order"] for order in engine.ask("GET", "/v1/orders")[1]["orders"])


def check_gone(engine, gone, stays):
    """What a shop meets."""
    for order in gone:
        path = f"/v1/orders/{order}"
        for method, end in (("GET", ""), ("POST", "/cancel")):
            status, problem = engine.ask(method, path + end)
            check(status == 404 and problem["type"] == "/problems/order-removed",
                  f"{method} {path}{end} gives {status}: {problem}")
    check(listed(engine) == [stays], f"the list has {listed(engine)}")
    for reference in ("R-authorized", "R-refused"):
        found = engine.ask("GET", f"/v1/orders?reference={reference}")[1]["orders"]
        check(found == [], f"{reference} leads to {found}")
    status, shown = engine.ask("GET", f"/v1/orders/{stays}")
    check(status == 200 and shown["status"] == "approval_needed" and shown["items"][0]["name"] == ITEM,
          f"what is open is not what it was: {status} {shown}")


def spillway(world, *words):
    done = subprocess.run([world.binary, *words, "--data", str(world.data)], text=True,
                          capture_output=True, check=False, timeout=120)
    check(done.returncode == 0, f"spillway {words[0]}: {done.returncode}: {done.stderr}")
    return done.stdout


def check_books(world, orders):
    """Each line of the books against the ledger of the relay centre."""
    lines = {line["order"]: line for line in map(json.loads, spillway(world, "books").splitlines())}
    check(set(lines) == {orders["authorized"], orders["refused"]}, f"the books have {lines}")
    charged, refused = lines[orders["authorized"]], lines[orders["refused"]]
    check(sorted(charged) == sorted(LINE), f"a line has {sorted(charged)}")
    check(charged["outcome"] == "authorized" and charged["amount"] == 3150
          and charged["reversed"] == [], f"the line is {charged}")
    check(refused["outcome"] == "refused" and "charged" not in refused
          and "approval_code" not in refused, f"the line is {refused}")
    approved = [entry for entry in map(json.loads, world.ledger_lines())
                if entry["message"] == "0100" and entry["response_code"] == "00"]
    check([charged["charged"]] == [entry["reference"] for entry in approved],
          f"the books name {charged['charged']}, the relay centre knows {approved}")


def story(world, mails, set_clock):
    set_clock(0)
    engine = Engine(world)
    placed = {}
    for status in CARDS:
        answered, placed[status] = place(engine, status)
        check(answered == 202, f"an order gives {answered}: {placed[status]}")
        engine.wait_for(placed[status]["order"], status)
    orders = {status: answer["order"] for status, answer in placed.items()}
    wait_until("two mails", lambda: len(list(mails.glob("*.eml"))) == 2)
    engine.stop()

    set_clock(DAY_S - 600)
    engine.start()
    again = place(engine, "authorized")
    check(again == (202, placed["authorized"]), f"a repeat within the key's life gives {again}")
    check(listed(engine) == sorted(orders.values()), f"the list has {listed(engine)}")
    engine.stop()

    set_clock(DAY_S + 3600)
    engine.start()
    wait_until("retention removes two orders",
               lambda: system_metric(engine, "spillway_orders_removed_total") == 2)
    check_gone(engine, [orders["authorized"], orders["refused"]], orders["approval_needed"])
    status, problem = engine.ask("POST", f"/v1/orders/{orders['approval_needed']}/approval",
                                 {"approved": True, "approval_code": "T12345"})
    check(status == 200, f"what is open cannot go on: {status} {problem}")
    engine.stop()
    world.verify()
    check_books(world, orders)
    (world.folder / "receipt").write_text(placed["authorized"]["receipt"])
    shown = spillway(world, "verify", "--receipt", str(world.folder / "receipt"))
    check('"outcome":"authorized"' in shown, f"the receipt's order is told as: {shown}")
    (world.folder / "receipt").unlink()

    shutil.rmtree(world.data / "views")
    engine.start()
    status, problem = engine.ask("GET", f"/v1/orders/{orders['refused']}")
    check(status == 404 and problem["type"] == "/problems/order-removed",
          f"with views begun anew: {status} {problem}")
    check(listed(engine) == [orders["approval_needed"]], f"the list has {listed(engine)}")
    engine.wait_for(orders["approval_needed"], "authorized")
    wait_until("the third mail", lambda: len(list(mails.glob("*.eml"))) == 3)
    engine.stop()

    set_clock(3 * DAY_S)
    engine.start()
    wait_until("retention removes the last order",
               lambda: system_metric(engine, "spillway_orders_removed_total") == 1)
    engine.stop()
    world.verify()
    check(len(spillway(world, "books").splitlines()) == 3, "the books have not three lines")
    look("when all have gone", world.folder,
         [text.encode() for text in (*BUYER.values(), ITEM, "R-authorized", *CARDS.values())])


def main():
    run_story(__doc__, 'closed_orders = "24h"', story)
    print("closed orders have left, and the books agree")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"retention_test: {failure}")
