#!/usr/bin/env python3
"""Members in the real binary: what outlives kill -9, and what a flood of log-ins meets."""

import argparse
import http.client
import json
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "crash"))

from processes import Failed

DEADLINE_S = 120


def check(condition, sentence):
    if not condition:
        raise Failed(sentence)


class System:
    """`spillway serve --demo` on one data folder, killed and started again at will."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.data = folder / "data"
        folder.mkdir(parents=True)
        self.start()
        self.key = json.loads((self.data / "demo-keys.json").read_text())["shop_1"]

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", str(self.binary), "serve", "--demo",
                 "--listen", "127.0.0.1:0", "--data", str(self.data)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        for line in self.process.stdout:
            if found := re.search(rb"ready on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found.group(1))
                return
        raise Failed(f"it did not start: {(self.folder / 'log').read_text()}")

    def end(self, how):
        self.process.send_signal(how)
        self.process.stdout.close()
        code = self.process.wait(DEADLINE_S)
        check(how == signal.SIGKILL or code == 0, f"it ended with {code}")

    def ask(self, method, path, body=None, key=None, headers=None):
        """(status, answer); status 0 when the connection broke."""
        fields = dict(headers or {})
        if key is not False:
            fields["Authorization"] = f"Bearer {key or self.key}"
        if body is not None:
            fields["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), fields)
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, json.loads(text) if text else {}
        except (OSError, http.client.HTTPException):
            return 0, {}
        finally:
            connection.close()

    def wait_for(self, order, status):
        give_up = time.monotonic() + DEADLINE_S
        while (found := self.ask("GET", f"/v1/orders/{order}")[1].get("status")) != status:
            check(time.monotonic() < give_up, f"{order} is {found} and not {status}")


def person(mail):
    return {"name": "Hanako Sato", "email": mail, "password": "correct horse"}


def order(member):
    return {"reference": "A-1", "member": member, "amount": 3150, "currency": "JPY",
            "items": [{"code": "S", "name": "Shoes", "quantity": 1, "unit_price": 3150}]}


CARD = {"company": "VISA", "number": "4242424242424242", "expiry": "2039-12"}


def outlives_kill(system, rounds, random_of):
    """Whatever was answered holds after kill -9; whatever was not is whole or not there."""
    registered, closed, unsure = {}, set(), set()
    for number in range(rounds):
        killer = threading.Timer(random_of.uniform(0, 0.05),
                                 lambda: system.process.send_signal(signal.SIGKILL))
        serial, kill_at = 0, random_of.randint(3, 12)
        while True:
            serial += 1
            if serial == kill_at:
                killer.start()
            mail = f"m{number}-{serial}@example.jp"
            status, made = system.ask("POST", "/v1/members", person(mail))
            if status == 0:
                break
            check(status == 201, f"a registration gives {status}")
            member = made["member"]
            registered[member] = mail
            status, _ = system.ask("PUT", f"/v1/members/{member}/card", CARD)
            if status == 0:
                break
            check(status == 200, f"a card gives {status}")
            if random_of.random() < 0.5:
                status, _ = system.ask("DELETE", f"/v1/members/{member}")
                if status == 0:
                    unsure.add(member)
                    break
                check(status == 204, f"closing an account gives {status}")
                closed.add(member)
        killer.join()
        system.end(signal.SIGKILL)
        system.start()
        for member, mail in registered.items():
            status, shown = system.ask("GET", f"/v1/members/{member}")
            if member in closed:
                check(status == 404, f"{member} was closed and gives {status}")
            elif member not in unsure:
                check(status == 200 and shown["email"] == mail, f"{member} gives {status}")
        # Keys without a row are gone, and rows without a key there are none.
        slots = (system.data / "keys" / "members.keys").read_bytes()[64:]
        alive = sum(any(slots[at:at + 64]) for at in range(0, len(slots), 64))
        metric = system_metric(system, "spillway_members")
        check(metric <= alive <= metric + 1, f"{alive} keys for {metric} members")
    check(len(closed) > 0 and len(registered) > len(closed), "the killing left no time for anything")
    print(f"{rounds} kills: {len(registered)} registered, {len(closed)} closed, as answered")


def system_metric(system, name):
    connection = http.client.HTTPConnection("127.0.0.1", system.port, timeout=DEADLINE_S)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return float(re.search(rf"^{name} (\S+)$", text, re.M).group(1))


def flooded(system):
    """Log-ins beyond the bound are refused at once, and orders pass them by."""
    status, made = system.ask("POST", "/v1/members", person("flood@example.jp"))
    check(status == 201, f"the registration gives {status}")
    check(system.ask("PUT", f"/v1/members/{made['member']}/card", CARD)[0] == 200, "no card")
    statuses, done = [], threading.Event()

    def log_in(client):
        serial = 0
        while not done.is_set():
            serial += 1
            statuses.append(system.ask(
                "POST", f"/v1/members/M-{client:04d}-{serial % 10_000:04d}-0/sessions",
                {"password": "wrong horse"}, key=False,
                headers={"X-Forwarded-For": f"10.{client}.{serial // 250 % 250}.{serial % 250}"})[0])

    clients = [threading.Thread(target=log_in, args=(client,)) for client in range(80)]
    for client in clients:
        client.start()
    give_up = time.monotonic() + DEADLINE_S
    while 503 not in statuses:
        check(time.monotonic() < give_up, "eighty clients do not fill the queue")
    waiting = system_metric(system, "spillway_passwords_waiting")
    for _ in range(50):
        check(system.ask("POST", "/v1/orders", order(made["member"]))[0] == 202,
              "an order is not taken during a flood of log-ins")
    done.set()
    for client in clients:
        client.join()
    check(waiting <= 64, f"{waiting} passwords wait")
    check(set(statuses) <= {401, 503}, f"log-ins were answered with {set(statuses)}")
    nice = [int(fields[16]) for fields in threads_of(system.process.pid)]
    check(nice.count(10) == 2, f"the projector and the password desk do not give way: {nice}")
    print(f"{statuses.count(401)} log-ins were compared, {statuses.count(503)} refused at once")


def threads_of(pid):
    """The fields of each thread's stat, from the state on; the 16th after its number is its niceness."""
    for stat in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"):
        yield [stat.parent.name] + stat.read_text().rsplit(")", 1)[1].split()[1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spillway", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=6)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    system = System(arguments.spillway.resolve(), arguments.folder.resolve())
    outlives_kill(system, arguments.kills, random.Random(arguments.seed))
    flooded(system)
    system.end(signal.SIGTERM)
    shutil.rmtree(arguments.folder)


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"members_test: {failure}")
