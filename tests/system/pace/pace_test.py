#!/usr/bin/env python3
"""The demo's pace, changed with the command while orders wait: nothing leaves, then everything at the new
pace, over a kill -9, and back to the configuration's; the relay centre's ledger has each order once."""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "protocol/openapi"))
from service import Service  # noqa: E402

DEADLINE_S = 60
RATE = 20
ORDERS = 60


def order(index):
    year = datetime.date.today().year + 2
    return {"reference": f"A-{index}", "buyer": {"name": "Hanako Sato", "email": "h@example.jp"},
            "items": [{"code": "SHOE-42", "name": "Shoes", "quantity": 1, "unit_price": 3150}],
            "amount": 3150, "currency": "JPY",
            "card": {"company": "VISA", "number": "4242424242424242", "expiry": f"{year}-12"}}


class Demo:
    def __init__(self, binary, folder, data=None):
        self.binary = binary
        self.data = data or folder / "data"
        self.service = Service(binary, folder,
                               ["--demo", "--data", str(self.data.resolve())] if data else ["--demo"])
        keys = json.loads((self.data / "demo-keys.json").read_text())
        self.shop, self.operator = keys["shop_1"], keys["operator"]

    def pace(self, *arguments):
        said = subprocess.run(
            [str(self.binary), "pace", "sandbox", *arguments, "--url",
             f"http://127.0.0.1:{self.service.port}"],
            env={**os.environ, "SPILLWAY_KEY": self.operator}, capture_output=True, text=True)
        return said.returncode, said.stdout + said.stderr

    def relay(self):
        return self.service.raw("GET", "/v1/relays", key=self.operator).json()["relays"][0]

    def place(self, count):
        codes = []
        for index in range(count):
            answer = self.service.raw("POST", "/v1/orders", order(index), self.shop)
            assert answer.status == 202, answer.body
            codes.append(answer.json()["order"])
        return codes

    def authorized(self, code):
        return self.service.raw("GET", f"/v1/orders/{code}",
                                key=self.shop).json()["status"] == "authorized"

    def ledger(self):
        lines = (self.data / "sandbox-ledger.jsonl").read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def kill(self):
        self.service.process.send_signal(signal.SIGKILL)
        self.service.process.wait()
        self.service.process.stdout.close()


def wait(what, condition):
    give_up = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < give_up, what
        time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spillway", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    binary, folder = arguments.spillway.resolve(), arguments.folder
    shutil.rmtree(folder, ignore_errors=True)
    demo = Demo(binary, folder / "demo")

    # Bad input ends with 1, names the field, and changes nothing.
    code, said = demo.pace("--kind", "batch", "--amount", "5")
    assert code == 1 and "/age: is needed with batch" in said, said
    assert demo.relay()["pace_from"] == "configuration"

    gathers = ("--kind", "batch", "--amount", "1000000", "--age", "24h")
    code, said = demo.pace(*gathers)
    assert code == 0 and "batches of 1000000 or 24h (set 20" in said, said
    codes = demo.place(ORDERS)
    wait("all wait", lambda: demo.relay()["waiting"] == ORDERS)

    demo.kill()
    demo = Demo(binary, folder / "again", demo.data)
    relay = demo.relay()
    assert (relay["pace_from"], relay["pace"]["kind"]) == ("operator", "batch"), relay
    wait("all wait again", lambda: demo.relay()["waiting"] == ORDERS)
    assert demo.ledger() == []

    asked = time.time()
    assert demo.pace(str(RATE))[0] == 0
    wait("all are authorized", lambda: all(map(demo.authorized, codes)))
    ledger = demo.ledger()
    last = datetime.datetime.fromisoformat(ledger[-1]["at"].replace("Z", "+00:00")).timestamp()
    # An even interval from the first to the last, but for what a late timer makes up for.
    assert last - asked > (ORDERS - 1) / RATE - 0.2, last - asked
    assert demo.relay()["permit_rate"] == RATE

    # In the middle of a slow pace back to the configuration's, which is at once.
    assert demo.pace(*gathers)[0] == 0
    codes += demo.place(ORDERS)
    assert demo.pace("1")[0] == 0
    wait("some have left", lambda: len(demo.ledger()) > ORDERS)
    code, said = demo.pace("--as-configured")
    assert (code, said) == (0, "sandbox: at once (as configured)\n"), said
    wait("all are authorized", lambda: all(map(demo.authorized, codes)))
    ledger = demo.ledger()
    assert [line["message"] for line in ledger] == ["0100"] * 2 * ORDERS
    assert len({line["reference"] for line in ledger}) == 2 * ORDERS

    demo.service.stop()
    demo = Demo(binary, folder / "last", demo.data)
    assert demo.relay()["pace_from"] == "configuration"
    demo.service.stop()
    verified = subprocess.run([str(binary), "verify", "--data", str(demo.data)],
                              capture_output=True)
    assert verified.returncode == 0, verified.stdout
    audit = subprocess.run([str(binary), "audit", "--data", str(demo.data)], check=True,
                           capture_output=True, text=True).stdout
    assert audit.count("/v1/relays/sandbox/pace") == 5, audit


if __name__ == "__main__":
    main()
