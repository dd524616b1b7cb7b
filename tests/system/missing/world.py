"""One data folder under configurations that come and go: relay centres, shops, the system's number."""

import datetime
import http.client
import json
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "crash"))

from processes import Failed, Process, wait_until  # noqa: E402
from wire import Wire  # noqa: E402

SHOP_KEYS = {1: "sk_missing_one_not_for_production", 2: "sk_missing_two_not_for_production"}
OPERATOR_KEY = "op_missing_not_for_production_use"

SHOP = """
[[shops]]
id = {id}
name = "Shop {id}"
key_hashes = ["{key_hash}"]
mail_from = "orders@shop{id}.example"
merchant = "{id}"
terminal = "{id}"
"""

RELAY = """
[[relays]]
id = {id}
name = "{name}"
host = "127.0.0.1"
port = {port}
acquirer = "123456"
companies = [{companies}]
recognises_repeats = {repeats}
answer_time_max = "1s"
late_window = "100ms"
doubt_tries_max = 2
line_outstanding_max = 3
"""


def check(condition, sentence):
    if not condition:
        raise Failed(sentence)


class MissingWorld:
    """Two relay centres: east (MASTERCARD), and west (VISA) behind a wire that can fall silent."""

    def __init__(self, binary, folder, repeats="true"):
        self.binary, self.folder, self.repeats = binary, folder, repeats
        self.data = folder / "data"
        self.engine, self.lives, self.address = None, 0, None
        self.centres, ports = [], []
        for name in ("east", "west"):
            centre = Process(binary, ["relay", "--listen", "127.0.0.1:0", "--ledger",
                                      str(folder / f"{name}.jsonl")], folder, name)
            self.centres.append(centre)
            ports.append(int(centre.wait_until_ready(r"ready on (\S+)\n").rsplit(":", 1)[1]))
        self.east_port = ports[0]
        self.wire = Wire(("127.0.0.1", ports[1]))
        self.hashes = {key: self.hash_of(key) for key in (*SHOP_KEYS.values(), OPERATOR_KEY)}

    def hash_of(self, key):
        return subprocess.run([self.binary, "hash-key"], input=key, text=True, capture_output=True,
                              check=True, timeout=60).stdout.strip()

    def configure(self, shops=(1, 2), relays=None, system=0, mails=True, more=""):
        """`relays`: name → (id, companies). Without `mails` no mail leaves."""
        relays = relays or {"east": (1, "MASTERCARD"), "west": (2, "VISA")}
        text = f"""
[system]
id = {system}
[server]
listen = "127.0.0.1:0"
data = "data"
[operators]
key_hashes = ["{self.hashes[OPERATOR_KEY]}"]
""" + ("" if mails else '[mail]\nkind = "smtp"\nurl = "smtp://127.0.0.1:1"\n') + more
        for shop in shops:
            text += SHOP.format(id=shop, key_hash=self.hashes[SHOP_KEYS[shop]])
        for name, (number, companies) in relays.items():
            text += RELAY.format(
                id=number, name=name, repeats=self.repeats,
                port=self.east_port if name == "east" else self.wire.port,
                companies=", ".join(f'"{company}"' for company in companies.split()))
        (self.folder / "spillway.toml").write_text(text)

    def start(self):
        self.lives += 1
        self.engine = Process(self.binary, ["serve", "--config", "spillway.toml"], self.folder,
                              f"engine-{self.lives}")
        address = self.engine.wait_until_ready(r"ready on http://(\S+)\n")
        check(address, f"it does not start: {self.engine.last_words()}")
        host, port = address.rsplit(":", 1)
        self.address = host, int(port)

    def kill(self):
        self.engine.wait_after(signal.SIGKILL)

    def stop(self):
        code = self.engine.wait_after(signal.SIGTERM)
        check(code == 0, f"SIGTERM: exit code {code}: {self.engine.last_words()}")

    def end(self):
        for process in (self.engine, *self.centres):
            if process:
                process.send(signal.SIGKILL)
                process.wait()
        self.wire.end()

    def said(self, event):
        return [line for line in self.engine.log() if f"event={event}" in line]

    # ---- Asking ----

    def ask(self, method, path, body=None, key=SHOP_KEYS[1], headers=None):
        """(status, answer, headers). That the process ended is a failure, whatever was asked."""
        fields = {"Authorization": f"Bearer {key}", **(headers or {})}
        if body is not None:
            fields["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), fields)
            answer = connection.getresponse()
            text = answer.read().decode()
            is_json = "json" in answer.headers.get("Content-Type", "")
            return answer.status, json.loads(text) if is_json and text else text, answer.headers
        except (OSError, http.client.HTTPException) as broken:
            raise Failed(f"{method} {path}: {broken}: {self.engine.last_words()}") from None
        finally:
            connection.close()

    def expect(self, status, method, path, body=None, key=SHOP_KEYS[1], headers=None):
        got, answer, _ = self.ask(method, path, body, key, headers)
        check(got == status, f"{method} {path} gives {got} instead of {status}: {answer}")
        return answer

    def order(self, amount, number="4242424242424242", company="VISA", shop=1, member=None):
        year = datetime.date.today().year + 2
        body = {"reference": f"A-{amount}", "amount": amount, "currency": "JPY",
                "items": [{"code": "S", "name": "Shoes", "quantity": 1, "unit_price": amount}]}
        if member:
            body["member"] = member
        else:
            body["buyer"] = {"name": "Hanako Sato", "email": f"b{amount}@buyer.example"}
            body["card"] = {"company": company, "number": number, "expiry": f"{year}-12"}
        return self.expect(202, "POST", "/v1/orders", body, SHOP_KEYS[shop],
                           {"Idempotency-Key": f"k-{amount}"})["order"]

    def status(self, code, shop=1):
        return self.expect(200, "GET", f"/v1/orders/{code}", key=SHOP_KEYS[shop])["status"]

    def wait_for(self, code, *statuses, shop=1):
        return wait_until(f"{code} is one of {statuses}",
                          lambda: (found := self.status(code, shop)) in statuses and found, 60)

    # ---- What became of it ----

    def charges(self):
        """By amount: how many authorizations stand. Never, at any line, more than one."""
        live = {}
        for name in ("east", "west"):
            path = self.folder / f"{name}.jsonl"
            lines = path.read_text().splitlines(keepends=True) if path.exists() else []
            for line in (json.loads(text) for text in lines if text.endswith("\n")):
                standing = live.setdefault(line["amount"], {})
                standing[line["reference"]] = line["live"]
                check(sum(standing.values()) <= 1, f"an order of {line['amount']} is charged twice")
        return {amount: sum(standing.values()) for amount, standing in live.items()}

    def mails(self):
        """Amounts of the orders that a mail in the outbox is about, by the shop it comes from."""
        found = {}
        for path in (self.data / "outbox").glob("*.eml"):
            text = path.read_text()
            shop = 1 if "orders@shop1.example" in text else 2
            found.setdefault(shop, set()).add(text.split("To:", 1)[1].split("@", 1)[0])
        return found
