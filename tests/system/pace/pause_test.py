#!/usr/bin/env python3
"""A relay centre that is paused with the command: new orders are taken and wait, over a kill -9, what is in
doubt is settled all the same, and then everything goes on; looked at with the operators' commands."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess

from pace_test import Demo, order, wait

ORDERS = 20
SILENT = "4000000000000028"  # never an answer


class Paused(Demo):
    def spillway(self, *arguments):
        said = subprocess.run(
            [str(self.binary), *arguments, "--url", f"http://127.0.0.1:{self.service.port}"],
            env={**os.environ, "SPILLWAY_KEY": self.operator}, capture_output=True, text=True)
        return said.returncode, said.stdout + said.stderr

    def shown(self, code):
        return json.loads(self.spillway("orders", "show", code, "--json")[1])

    def authorizations(self):
        return sum(line["message"] == "0100" for line in self.ledger())

    def settlements(self):
        return sum(line["message"] != "0100" for line in self.ledger())


# What listings say of a system in which nothing has happened yet.
NOTHING = {
    "orders": "no order is found",
    "orders --json": '{"orders":[],"next":null}',
    "cases": "nothing stands before a person",
    "mails": "no mail is due, and none ended undelivered",
    "mails --state refused": "no mail is refused",
    "webhooks": "there is no webhook",
    "webhooks --status gone": "no webhook is gone",
    "webhooks --json": '{"webhooks":[],"next":null}',
    "nodes": "no node is joined",
    "audit": "there is no entry",
    "audit --after 7": "there is no entry after 7",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spillway", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    binary, folder = arguments.spillway.resolve(), arguments.folder
    shutil.rmtree(folder, ignore_errors=True)
    demo = Paused(binary, folder / "demo")

    for listing, said in NOTHING.items():
        assert demo.spillway(*listing.split()) == (0, said + "\n"), demo.spillway(*listing.split())

    silent = order(0)
    silent["card"]["number"] = SILENT
    doubted = demo.service.raw("POST", "/v1/orders", silent, demo.shop).json()["order"]
    wait("it is in doubt", lambda: demo.shown(doubted)["status"] == "in_doubt")

    code, said = demo.spillway("relays", "pause", "nowhere")
    assert code == 1 and "no such relay centre" in said, said
    code, said = demo.spillway("relays", "pause", "sandbox", "--reason", "the bank asks")
    assert code == 0 and "paused since 20" in said and "(the bank asks)" in said, said
    codes = demo.place(ORDERS)
    wait("all wait", lambda: demo.relay()["waiting"] == ORDERS)
    sent, settled = demo.authorizations(), demo.settlements()
    wait("what is in doubt is asked for again", lambda: demo.settlements() > settled)

    demo.kill()
    demo = Paused(binary, folder / "again", demo.data)
    relay = demo.relay()
    assert (relay["paused"], relay["paused_reason"]) == (True, "the bank asks"), relay
    wait("all wait again", lambda: demo.relay()["waiting"] == ORDERS)
    settled = demo.settlements()
    wait("what is in doubt is asked for again", lambda: demo.settlements() > settled)
    assert demo.service.raw("GET", "/readyz").status == 200
    code, said = demo.spillway("relays")
    assert code == 0 and ("up, paused" in said or "down, paused" in said), said
    assert not any(map(demo.authorized, codes))
    assert demo.authorizations() == sent, "an authorization left while it was paused"

    code, said = demo.spillway("orders", "--status", "received", "--limit", "500", "--json")
    assert code == 0 and len(json.loads(said)["orders"]) == ORDERS, said
    code, said = demo.spillway("orders", "--reference", "A-3")
    assert code == 0 and codes[3] in said, said
    code, said = demo.spillway("orders", "show", doubted)
    assert code == 0 and "fell_in_doubt" in said and SILENT not in said, said
    story = demo.shown(doubted)
    assert story["attempts"][0]["reference"] in {line["reference"] for line in demo.ledger()}, story

    code, said = demo.spillway("relays", "resume", "sandbox")
    assert (code, said) == (0, "sandbox: takes authorizations\n"), said
    wait("all are authorized", lambda: all(map(demo.authorized, codes)))
    references = [line["reference"] for line in demo.ledger() if line["message"] == "0100"]
    assert len(references) == len(set(references)), "a request left twice"
    code, said = demo.spillway("audit")
    assert code == 0 and "/v1/relays/sandbox/pause" in said and "the bank asks" in said, said
    demo.service.stop()
    checked = subprocess.run([str(binary), "audit", "--data", str(demo.data)], capture_output=True,
                             text=True)
    assert checked.returncode == 0 and checked.stdout.startswith(said), checked.stdout


if __name__ == "__main__":
    main()
