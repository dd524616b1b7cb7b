"""A shop whose threads order, repeat, inquire and cancel, and remember every answer.

Each wish has an amount of its own, so that what the relay centre's ledger says of an amount is
said of a wish, and two orders of one amount are a wish that was taken twice.
"""

import http.client
import json
import random
import threading
import time

ANSWER_TIME_MAX = 20.0


def with_check_digit(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


# Numbers of nobody, which the sandbox authorizes; with the company each belongs to.
CANARIES = [("VISA", with_check_digit("492913048271590")),
            ("VISA", with_check_digit("471629508361742")),
            ("MASTERCARD", with_check_digit("537204918265031"))]
REFUSED = ["4000000000000002", "4000000000009995", "4000000000000069"]
NEEDS_APPROVAL = "4000000000000010"
ODD = ["4000000000000028",  # never an answer
       "4000000000000036",  # a late one
       "4000000000000044",  # two
       "4000000000000051",  # garbage, then the line drops
       "4000000000000119"]  # come back later
CARD_NUMBERS = [number for _, number in CANARIES] + REFUSED + [NEEDS_APPROVAL] + ODD


class Wish:
    def __init__(self, amount, company, number, key):
        self.amount = amount
        self.company = company
        self.number = number
        self.key = key              # of idempotency, or None: then it is sent once
        self.codes = set()          # that a 202 told
        self.told = {}              # the longest history that an answer told, by its length
        self.cancel_asked = False
        self.cancel_confirmed = False

    @property
    def code(self):
        return next(iter(self.codes), None)

    def body(self, amount=None):
        amount = amount or self.amount
        return json.dumps({
            "reference": f"W-{self.amount}",
            "buyer": {"name": "Hanako Sato", "email": f"w{self.amount}@buyer.example"},
            "items": [{"code": "SHOE-42", "name": "Shoes", "quantity": 1, "unit_price": amount}],
            "amount": amount, "currency": "JPY",
            "card": {"company": self.company, "number": self.number, "expiry": "2049-12"}})


class Client:
    """One connection that is made again whenever it is lost."""

    def __init__(self, address, key):
        self.address = address
        self.connection = http.client.HTTPConnection(*address, timeout=ANSWER_TIME_MAX)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None, headers=None):
        """Status, headers and JSON of the answer."""
        self.connection.request(method, path, body, {**self.headers, **(headers or {})})
        response = self.connection.getresponse()
        text = response.read()
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, response.headers, json.loads(text) if is_json else text.decode()

    def close(self):
        self.connection.close()


class Shop:
    def __init__(self, key, seed, threads=6, wishes_a_life=60):
        self.key = key
        self.complaints = []
        self.wishes = []
        self.wishes_a_life = wishes_a_life
        self.address = None
        self.open = threading.Event()
        self.closing = False
        self.lock = threading.Lock()
        self.next_amount = 1_000
        self.threads = [threading.Thread(target=self.work, args=(random.Random(f"{seed}/{i}"),))
                        for i in range(threads)]

    # ---- What the test tells the shop ----

    def begin(self):
        for thread in self.threads:
            thread.start()

    def engine_is_at(self, address):
        self.address = address
        self.open.set()

    def engine_is_down(self):
        self.open.clear()

    def end(self):
        self.closing = True
        self.open.set()
        for thread in self.threads:
            if thread.is_alive():
                thread.join()

    def idle(self):
        """No thread will make another new order in this life of the engine."""
        return all(not thread.is_alive() or getattr(thread, "left", 1) == 0
                   for thread in self.threads)

    # ---- A thread ----

    def work(self, chance):
        own = []
        while not self.closing:
            self.open.wait()
            if self.closing:
                return
            client = Client(self.address, self.key)
            threading.current_thread().left = self.wishes_a_life
            try:
                while self.open.is_set() and not self.closing:
                    self.step(client, own, chance)
            except TimeoutError:
                self.complaints.append(f"no answer within {ANSWER_TIME_MAX:.0f} s")
            except (OSError, http.client.HTTPException):
                time.sleep(0.005)  # it died, and is perhaps not yet known as down
            except Exception as error:  # an answer that cannot be read
                self.complaints.append(f"{type(error).__name__}: {error}")
                raise
            finally:
                client.close()

    def step(self, client, own, chance):
        unanswered = [wish for wish in own[-20:] if wish.key and not wish.codes]
        answered = [wish for wish in own if wish.codes]
        thread = threading.current_thread()
        what = chance.random()
        if unanswered and what < 0.5:
            self.order(client, unanswered[0])
        elif thread.left > 0 and (what < 0.65 or not answered):
            thread.left -= 1
            own.append(self.new_wish(chance))
            self.order(client, own[-1])
        elif not answered:
            time.sleep(0.01)
        elif what < 0.75:
            self.repeat(client, chance.choice(answered), chance)
        elif what < 0.85:
            self.cancel(client, chance.choice(answered[-10:]))
        else:
            self.inquire(client, chance.choice(answered[-30:]))
            if thread.left == 0:
                time.sleep(0.01)  # all is ordered: only see to it that something goes on

    def new_wish(self, chance):
        kind = chance.random()
        company, number = chance.choice(CANARIES)
        if kind > 0.8:
            company = "VISA"
            number = (chance.choice(REFUSED) if kind < 0.88 else
                      NEEDS_APPROVAL if kind < 0.94 else chance.choice(ODD))
        with self.lock:
            amount = self.next_amount
            self.next_amount += 1
            wish = Wish(amount, company, number, f"key-{amount}" if chance.random() < 0.8 else None)
            self.wishes.append(wish)
        return wish

    def order(self, client, wish):
        headers = {"Idempotency-Key": wish.key} if wish.key else {}
        status, _, answer = client.ask("POST", "/v1/orders", wish.body(), headers)
        if status == 202:
            wish.codes.add(answer["order"])
        elif status not in (409, 503):
            self.complain(wish, f"an order got {status}: {answer}")

    def repeat(self, client, wish, chance):
        """The key once more: with the same body the same answer, with another one none."""
        if not wish.key:
            return
        other = chance.random() < 0.3
        status, headers, answer = client.ask("POST", "/v1/orders",
                                             wish.body(wish.amount + 1 if other else None),
                                             {"Idempotency-Key": wish.key})
        if other and status != 422:
            self.complain(wish, f"its key with another body got {status}: {answer}")
        if not other:
            if status != 202 or headers.get("Idempotency-Replayed") != "true":
                self.complain(wish, f"its repeat got {status}: {answer}")
            else:
                wish.codes.add(answer["order"])

    def inquire(self, client, wish):
        status, _, answer = client.ask("GET", f"/v1/orders/{wish.code}")
        if status != 200:
            self.complain(wish, f"its inquiry got {status}: {answer}")
        else:
            self.remember(wish, answer)

    def cancel(self, client, wish):
        wish.cancel_asked = True
        status, _, answer = client.ask("POST", f"/v1/orders/{wish.code}/cancel")
        if status == 200:
            wish.cancel_confirmed = True
            self.remember(wish, answer)
            if answer["status"] not in ("cancelled", "cancelling"):
                self.complain(wish, f"it is {answer['status']} after its cancel")
        elif status != 409:
            self.complain(wish, f"its cancel got {status}: {answer}")

    def remember(self, wish, order):
        history = order["history"]
        wish.told[len(history)] = history

    def complain(self, wish, text):
        self.complaints.append(f"the order of {wish.amount}: {text}")
