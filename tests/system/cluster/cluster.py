"""A cluster of real processes: one relay centre, one first system and nodes that come and go.

A node is reached through no port of its own, so everything is known from the first system's log, the
nodes' logs, /metrics and the relay centre's ledger.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "crash"))

from processes import Failed, Process, World, wait_until  # noqa: E402
from shop import CANARIES, Client, Wish  # noqa: E402

NODES_PORT = 7410
ANSWER_TIME_MAX = "2s"
ACCEPTED_IN_THE_CLEAR = "I accept that card numbers cross the network in the clear"

NODE_CONFIGURATION = """\
[cluster]
{identity}
[node]
name = "{name}"
join = [{join}]

[[relays]]
id = 1
name = "east"
host = "{relay_host}"
port = {relay_port}
{relay_tls}acquirer = "123456"
companies = ["VISA", "MASTERCARD"]
recognises_repeats = {recognises_repeats}
answer_time_max = "{answer_time_max}"
{pace}"""


def own_address(other=0):
    """A loopback address of this test alone, so that its ports are free in all of its lives."""
    high, low = divmod(os.getpid(), 254)
    return f"127.{1 + other + high // 256}.{high % 256}.{1 + low}"


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True,
                          check=False, timeout=60, **more)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


class Authority:
    """A cluster's CA and what it signed."""

    def __init__(self, binary, folder, environment=None, tells=None):
        """`tells` is called with each command as one would type it."""
        self.binary, self.folder = binary, folder
        self.environment = {**os.environ, **(environment or {})}
        self.tells = tells
        self.certs("ca", "--out", folder)

    def certs(self, *arguments):
        if self.tells:
            words = [os.path.relpath(word, self.folder.parent) if isinstance(word, pathlib.Path)
                     else word for word in arguments]
            self.tells(" ".join(["spillway certs", *words]))
        run(self.binary, "certs", *arguments, env=self.environment)

    def identity(self, name, trusts_too=None):
        """The lines of [cluster] for a system of this name, which may trust a second CA."""
        out = self.folder / name
        if not out.exists():
            self.certs("name", name, "--ca", self.folder, "--out", out)
        authorities = out / "ca.pem"
        authorities.write_text("".join((each.folder / "ca.pem").read_text()
                                       for each in (self, trusts_too) if each))
        return (f'certificate = "{out / name}.pem"\nkey = "{out / name}.key"\n'
                f'ca = "{authorities}"\n')


class Machine:
    """Where processes run: here."""

    def __init__(self, address="127.0.0.1", relay_host="127.0.0.1"):
        self.address = address        # at which its nodes find the first system
        self.relay_host = relay_host  # and the relay centre

    def command(self, command):
        return command


class Cluster(World):
    """One relay centre, one first system (the engine), and its nodes by name."""

    RELAY_LISTEN = "0.0.0.0:0"
    OPERATOR_KEY = "op_cluster_test_not_for_production_use"
    NAME = "osaka"
    FIRST_AMOUNT = 1_000  # of its orders

    def __init__(self, binary, folder, recognises_repeats=True, relay_arguments=(), listen=None,
                 tells=None):
        self.nodes = {}
        self.lives_of = {}
        self.listen = listen or own_address()
        self.settings = {"pace": None, "node_pace": None, "sharing": "spill", "allowed": None,
                         "contract": False}
        self.authority = Authority(binary, folder / "cluster-ca", tells=tells)
        self.joins = [f"{self.listen}:{NODES_PORT}"]  # where nodes of this machine find systems
        self.companions = []  # other first systems, which end with this one
        super().__init__(binary, folder, recognises_repeats, relay_arguments)

    # ---- Configurations ----

    def configure(self, relay_port):
        self.relay_port = relay_port
        super().configure(relay_port)
        file = self.folder / "spillway.toml"
        text = file.read_text().replace('answer_time_max = "300ms"',
                                        f'answer_time_max = "{ANSWER_TIME_MAX}"')
        text += f'sharing = "{self.settings["sharing"]}"\n' + self.pacing("pace")
        text += f'\n[cluster]\nlisten = "{self.listen}:{NODES_PORT}"\n'
        text += self.authority.identity(self.NAME)
        if self.settings["allowed"]:
            text += f"nodes = {json.dumps(self.settings['allowed'])}\n"
        hashed = run(self.binary, "hash-key", input=self.OPERATOR_KEY).strip()
        text += f'\n[operators]\nkey_hashes = ["{hashed}"]\n'
        file.write_text(text)

    def use(self, **settings):
        """From the next start on."""
        self.settings.update(settings)
        self.configure(self.relay_port)

    def pacing(self, whose):
        pace = self.settings[whose]
        text = f'pacing = "paced"\npace = {pace}\n' if pace else ""
        return text + ('pace_of = "contract"\n' if self.settings["contract"] else "")

    def write_node(self, name, machine, identity):
        file = self.folder / f"{name}.toml"
        is_here = machine.relay_host.startswith("127.")
        tls = "" if is_here else f'tls = "off"\nplain = "{ACCEPTED_IN_THE_CLEAR}"\n'
        joins = self.joins if is_here else [f"{machine.address}:{NODES_PORT}"]
        file.write_text(NODE_CONFIGURATION.format(
            identity=identity, name=name, join=json.dumps(joins)[1:-1],
            relay_host=machine.relay_host, relay_port=self.relay_port, relay_tls=tls,
            recognises_repeats=str(self.recognises_repeats).lower(),
            answer_time_max=ANSWER_TIME_MAX, pace=self.pacing("node_pace")))
        return file

    # ---- Processes ----

    def up(self):
        """Starts the first system; its client."""
        address = self.start()
        if address is None:
            raise Failed(f"the first system does not start: {self.engine.last_words()}")
        self.address = address
        return Client(address, self.SHOP_KEY)

    def operate(self, *arguments):
        """What the operator's command says."""
        return run(self.binary, *arguments, "--url", "http://%s:%d" % self.address,
                   env={**os.environ, "SPILLWAY_KEY": self.OPERATOR_KEY})

    def start_node(self, name, machine=None, identity=None, environment=None, label=None):
        """A node begins; `label` tells those of one name apart."""
        label = label or name
        machine = machine or Machine()
        file = self.write_node(name, machine, identity or self.authority.identity(name))
        life = self.lives_of[label] = self.lives_of.get(label, 0) + 1
        node = Process(self.binary, ["node", "--config", str(file)], self.folder,
                       f"node-{label}-{life}", environment=environment, inside=machine.command)
        self.nodes[label] = node
        return node

    def join(self, name, machine=None):
        """Starts a node and waits until the first system took it in."""
        before = self.count("node_joined", name)
        node = self.start_node(name, machine)
        self.wait_for("node_joined", name, before + 1)
        return node

    def kill(self, *names):
        for name in names:
            self.nodes[name].send(signal.SIGKILL)
        for name in names:
            self.nodes[name].wait()

    def end(self):
        for node in self.nodes.values():
            node.send(signal.SIGKILL)
            node.wait()
        for companion in self.companions:
            companion.end()
        super().end()

    def ledger_lines(self):
        """Of this system's orders."""
        lines = super().ledger_lines()
        others = [companion.AMOUNTS for companion in self.companions]
        return [line for line in lines
                if not any(json.loads(line)["amount"] in amounts for amounts in others)]

    # ---- What they say ----

    def events(self, what, node=None, process=None):
        """The log lines of one event, of one node, in this life of the first system."""
        lines = (process or self.engine).log()
        return [line for line in lines if re.search(rf"\bevent={what}\b", line) and
                (node is None or re.search(rf"\bnode=\"?{node}\"?(\s|$)", line))]

    def count(self, what, node=None, process=None):
        return len(self.events(what, node, process))

    def wait_for(self, what, node=None, count=1, process=None, deadline=30.0):
        """The log's `count`-th line of the event, within the deadline."""
        process = process or self.engine

        def look():
            ended = process.ended()
            found = self.events(what, node, process)
            if len(found) < count and ended:
                raise Failed(f"{process.out.stem} ended by itself: {process.last_words()}")
            return found[count - 1:count]
        return wait_until(f"{what} of {node or process.out.stem}, {count}", look, deadline)[0]

    def requests(self):
        """What the relay centre decided on, in order."""
        text = self.ledger.read_text()
        return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]

    def wait_for_requests(self, count):
        wait_until(f"{count} requests at the relay centre", lambda: len(self.requests()) >= count)


def pour(world, shop, client, count, threads=4):
    """So many orders, as fast as they are taken. Each gets its 202."""
    first = world.FIRST_AMOUNT + len(shop.wishes)
    wishes = [Wish(first + i, *CANARIES[i % len(CANARIES)], f"key-{first + i}")
              for i in range(count)]
    shop.wishes += wishes

    def give(some):
        own = Client(client.address, world.SHOP_KEY)
        try:
            for wish in some:
                shop.order(own, wish)
        finally:
            own.close()

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(give, [wishes[i::threads] for i in range(threads)]))
    open_wishes = [wish.amount for wish in wishes if not wish.codes]
    if open_wishes:
        raise Failed(f"the orders of {open_wishes[:5]} were not taken")
