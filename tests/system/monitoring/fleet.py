"""What the stories of alerts stand on: the real binary, a shop that orders there, and scrapes."""

import json
import time

from processes import Failed, Process, wait_until
from prometheus import Scrape, going_on
from shop import CANARIES, Client, Wish

LOOK_S = 2.0  # between two scrapes that say where a state is going


class Fleet:
    """A world and a shop that orders there."""

    def __init__(self, world, **more):
        self.world = world
        self.amount = 50_000
        self.start(**more)

    def start(self, **more):
        address = self.world.start(**more)
        if address is None:
            raise Failed("it does not start: " + self.world.engine.last_words())
        self.address = address
        self.client = Client(address, self.world.SHOP_KEY)

    def order(self, number=None, expected=202, **fields):
        company, canary = CANARIES[0]
        self.amount += 1
        body = json.loads(Wish(self.amount, company, number or canary, None).body())
        status, _, answer = self.client.ask("POST", "/v1/orders", json.dumps({**body, **fields}))
        if status != expected:
            raise Failed(f"an order got {status}: {answer}")
        return answer.get("order")

    def scrape(self):
        status, _, text = self.client.ask("GET", "/metrics")
        if status != 200:
            raise Failed(f"/metrics gives {status}")
        return Scrape(text, time.time())

    def wait_for(self, what, holds, deadline=60.0):
        """The first scrape of which `holds` is true."""
        def look():
            scrape = self.scrape()
            return scrape if holds(scrape) else None
        return wait_until(what, look, deadline, 0.05)

    def wait_for_outcomes(self, count):
        self.wait_for("the orders are authorized", lambda scrape: scrape.value(
            "spillway_orders_outcome_total", 'status="authorized"') >= count)

    def where_it_goes(self, meanwhile=lambda: None):
        """Series of the state that it is in."""
        first = self.scrape()
        until = time.monotonic() + LOOK_S
        while time.monotonic() < until:
            meanwhile()
            time.sleep(0.02)
        return going_on(first, self.scrape())


def at_least(name, labels, most):
    return lambda scrape: scrape.value(name, labels) >= most


def add_settings(world, text):
    with (world.folder / "spillway.toml").open("a") as file:
        file.write(text)


def in_world(world_class, **more):
    """Makes a story of a function that is given a world, which ends with it."""
    def decorate(story):
        def tell(binary, folder):
            world = world_class(binary, folder, **more)
            try:
                return story(world)
            finally:
                world.end()
        return tell
    return decorate


def start_with(world, words):
    world.engine = Process(world.binary, ["serve", "--config", "spillway.toml"], world.folder,
                           "engine", inside=lambda command: [*words, *command])
    host, port = world.engine.wait_until_ready(r"ready on https?://(\S+)\n").rsplit(":", 1)
    return host, int(port)
