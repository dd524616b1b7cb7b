"""A second first system beside the one of the test, at the same relay centre and of the same CA."""

import json

from cluster import NODES_PORT, Cluster, own_address

from shop import Shop


class OtherSystem(Cluster):
    NAME = "nagoya"
    FIRST_AMOUNT = 500_000  # of its orders; those of the first system are below
    AMOUNTS = range(FIRST_AMOUNT, 1_000_000)

    def __init__(self, first):
        self.binary, self.folder = first.binary, first.folder / "other"
        self.folder.mkdir(mode=0o700)
        self.data, self.ledger = self.folder / "data", first.ledger
        self.recognises_repeats = first.recognises_repeats
        self.environment, self.settings = {}, dict(first.settings)
        self.engine = self.relay = None
        self.lives = 0
        self.nodes, self.lives_of, self.companions = {}, {}, []
        self.authority = first.authority
        self.listen = own_address(100)
        self.shop = Shop(self.SHOP_KEY, 2)
        self.configure(first.relay_port)
        first.joins.append(f"{self.listen}:{NODES_PORT}")
        first.companions.append(self)

    def configure(self, relay_port):
        super().configure(relay_port)
        with (self.folder / "spillway.toml").open("a") as file:
            file.write("\n[system]\nid = 2\n")

    def ledger_lines(self):
        return [line for line in super().ledger_lines()
                if json.loads(line)["amount"] in self.AMOUNTS]
