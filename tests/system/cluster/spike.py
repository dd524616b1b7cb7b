"""Orders that arrive at a rate, whatever becomes of those before (open loop)."""

import threading
import time

from shop import CANARIES, Client, Wish

THREADS = 8


class Arrivals:
    """Used as a context: within it orders arrive, as many a second as `be` says."""

    def __init__(self, world, shop, address):
        self.world, self.shop, self.address = world, shop, address
        self.condition = threading.Condition()
        self.rate = 0
        self.due = 0.0
        self.ends = False
        self.threads = [threading.Thread(target=self.work) for _ in range(THREADS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        with self.condition:
            self.ends = True
            self.condition.notify_all()
        for thread in self.threads:
            thread.join()

    def be(self, rate):
        with self.condition:
            self.rate = rate
            self.due = time.monotonic()
            self.condition.notify_all()

    def next(self):
        """A wish and when it is due, as soon as it is; None at the end."""
        with self.condition:
            self.condition.wait_for(lambda: self.ends or self.rate)
            if self.ends:
                return None
            due, self.due = self.due, self.due + 1 / self.rate
            amount = 1_000 + len(self.shop.wishes)
            wish = Wish(amount, *CANARIES[amount % len(CANARIES)], f"key-{amount}")
            self.shop.wishes.append(wish)
        time.sleep(max(0.0, due - time.monotonic()))
        return wish

    def work(self):
        client = Client(self.address, self.world.SHOP_KEY)
        try:
            while wish := self.next():
                self.shop.order(client, wish)
        finally:
            client.close()
