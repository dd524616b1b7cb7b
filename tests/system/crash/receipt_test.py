#!/usr/bin/env python3
"""A shop's receipts, from the answer to the check without any system, with the real binary."""

import argparse
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import sys

ORDER = {"reference": "A-10023", "buyer": {"name": "Hanako Sato", "email": "hanako@example.jp"},
         "items": [{"code": "SHOE-42", "name": "Leather shoes", "quantity": 1,
                    "unit_price": 3150}],
         "amount": 3150, "currency": "JPY",
         "card": {"company": "VISA", "number": "4242424242424242", "expiry": "2028-12"}}


def expect(condition, sentence):
    if not condition:
        sys.exit(sentence)


class System:
    def __init__(self, spillway, data):
        self.process = subprocess.Popen(
            [spillway, "serve", "--demo", "--listen", "127.0.0.1:0", "--data", data],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)$", line.strip()).group(1))
        self.key = re.search(r"key: (\S+)", self.process.stdout.readline()).group(1)

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            headers |= {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer, json.loads(answer.read())

    def stop(self):
        self.process.terminate()
        expect(self.process.wait(60) == 0, "the system did not stop well")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--spillway", required=True)
    arguments.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = arguments.parse_args()
    folder = arguments.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    data = folder / "data"

    def spillway(*words, text=None):
        return subprocess.run([arguments.spillway, *map(str, words)], input=text, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

    def collect(count):
        """Orders with receipts, each asked for twice; and the keys that are published."""
        system = System(arguments.spillway, data)
        answers = []
        for number in range(count):
            key = f"key-{system.port}-{number}"
            first, body = system.ask("POST", "/v1/orders", ORDER, Prefer="receipt",
                                     Idempotency_Key=key)
            expect(first.status == 202, f"an order was answered with {first.status}")
            expect(first.getheader("Preference-Applied") == "receipt", "no Preference-Applied")
            second, again = system.ask("POST", "/v1/orders", ORDER, Prefer="receipt",
                                       Idempotency_Key=key)
            expect(second.getheader("Idempotency-Replayed") == "true" and again == body,
                   "a replay has another receipt")
            answers.append(body)
        plain, body = system.ask("POST", "/v1/orders", ORDER)
        expect("receipt" not in body and plain.getheader("Preference-Applied") is None,
               "a receipt that nobody asked for")
        _, keys = system.ask("GET", "/v1/keys")
        system.stop()
        return answers, keys

    answers, keys = collect(5)
    expect(spillway("rotate-signing-key", "--data", data).returncode == 0, "no new signing key")
    more, both_keys = collect(2)
    expect(both_keys["keys"][1] == keys["keys"][0], "the key of before is not published any more")
    (folder / "keys.json").write_text(json.dumps(both_keys))
    (folder / "old-keys.json").write_text(json.dumps(keys))
    for answer in answers + more:
        (folder / "answer.json").write_text(json.dumps(answer))
        receipt = answer["receipt"]
        checked = spillway("verify-receipt", folder / "answer.json", "--keys",
                           folder / "keys.json")
        expect(checked.returncode == 0 and answer["order"] in checked.stdout, checked.stdout)
        checked = spillway("verify-receipt", "--keys", folder / "keys.json", text=receipt + "\n")
        expect(checked.returncode == 0, checked.stdout)
        forged = receipt[:60] + ("A" if receipt[60] != "A" else "B") + receipt[61:]
        checked = spillway("verify-receipt", "--keys", folder / "keys.json", text=forged)
        expect(checked.returncode == 1, "a forged receipt was taken")
        checked = spillway("verify", "--data", data, "--receipt", folder / "answer.json")
        expect(checked.returncode == 0 and "reference A-10023" in checked.stdout, checked.stdout)
    checked = spillway("verify-receipt", "--keys", folder / "old-keys.json",
                       text=more[0]["receipt"])
    expect(checked.returncode == 1, "a key that is not published was taken")
    # Another journal of the same keys: the same orders came, but not then.
    checked = spillway("verify", "--data", data)
    expect(checked.returncode == 0, checked.stdout)
    for part in ("journal", "views", "registry"):
        shutil.rmtree(data / part)
    for manifest in list(data.rglob("part.manifest")):
        manifest.unlink()
    collect(7)
    for answer in answers + more:
        checked = spillway("verify", "--data", data, "--receipt", "-", text=answer["receipt"])
        expect(checked.returncode == 1 and "is not the one" in checked.stdout, checked.stdout)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
