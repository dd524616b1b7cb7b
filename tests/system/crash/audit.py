"""Waits until all is settled, and holds what is there against what the clients were told.

Nothing in here knows the engine's rules: it reads the API, the relay centre's ledger, the outbox
and the bytes of every file.
"""

import base64
import collections
import json
import re

from processes import Failed, wait_until
from shop import CARD_NUMBERS, NEEDS_APPROVAL, REFUSED, Client

SETTLED_WITHIN = 120.0  # seconds
NOTICES = {"authorized": "thanks", "refused": "refusal", "cancelled": "cancellation"}


# ---- Settling ----

def list_page(client, path):
    """While the views are behind what was accepted, a list is refused with 503."""
    def look():
        status, _, page = client.ask("GET", path)
        if status not in (200, 503):
            raise Failed(f"the list got {status}: {page}")
        return page if status == 200 else None
    return wait_until("the list is there", look, SETTLED_WITHIN, 0.2)


def orders_listed(client):
    orders, after = [], None
    while True:
        page = list_page(client, "/v1/orders?limit=500" + (f"&after={after}" if after else ""))
        orders += page["orders"]
        after = page["next"]
        if not after:
            return orders


def anything_waits(client):
    _, _, metrics = client.ask("GET", "/metrics")
    pattern = r"^(spillway_(?:queue_length|relay_outstanding_requests)\S*) (\S+)$"
    return {name: value for name, value in re.findall(pattern, metrics, re.MULTILINE)
            if float(value) > 0}


def approves(order):
    return order["amount"] % 2 == 0


def approve_by_telephone(client, order):
    approved = approves(order)
    body = {"approved": approved, **({"approval_code": "TEL123"} if approved else {})}
    status, _, answer = client.ask("POST", f"/v1/orders/{order['order']}/approval",
                                   json.dumps(body))
    if status not in (200, 409):
        raise Failed(f"the approval of {order['order']} got {status}: {answer}")


def settle(client, shop):
    """Waits until nothing waits, every order that was told is listed, and each has its outcome."""
    told = {code for wish in shop.wishes for code in wish.codes}
    state = {}

    def settled():
        state["waits"] = anything_waits(client)
        if state["waits"]:
            return None
        orders = orders_listed(client)
        state["waits"] = [order for order in orders if order["status"] not in NOTICES]
        for order in state["waits"]:
            if order["status"] == "approval_needed":
                approve_by_telephone(client, order)
        # Lists follow a little later.
        state["waits"] += told - {order["order"] for order in orders}
        # An order may have been between two queues.
        return [orders] if not state["waits"] and not anything_waits(client) else None

    try:
        return wait_until("all is settled", settled, SETTLED_WITHIN, 0.05)[0]
    except Failed as failed:
        raise Failed(f"{failed}; still open: {str(state['waits'])[:600]}") from None


# ---- The audit ----

class Audit:
    def __init__(self, world, shop, client):
        self.world = world
        self.shop = shop
        self.client = client
        self.orders = settle(client, shop)
        self.mails = collections.defaultdict(set)  # order -> kinds of notices that went out
        for path in (world.data / "outbox").glob("*.*.eml"):
            order, notice = path.name.split("@")[0].split(".")[:2]
            self.mails[order].add(notice)
        self.flaws = list(shop.complaints)
        # Amounts of orders that the relay centre once approved otherwise than it was asked to.
        lines = [json.loads(text) for text in world.ledger_lines()]
        self.unlike = {line["amount"] for line in lines if line["authorized"] and (
            line["response_code"] != "00" or line["held"] % line["amount"] != 0 or
            line["held_currency"] != line["currency"])}

    def check(self):
        self.check_receipts()
        for order in self.orders:
            self.check_story(order)
            self.check_mail(order)
        self.check_ledger()
        if self.flaws:
            raise Failed(f"{len(self.flaws)} flaws, of them:\n  " + "\n  ".join(self.flaws[:10]))

    def expect(self, good, text):
        if not good:
            self.flaws.append(text)

    def check_receipts(self):
        """What a 202 told is there, once, and nothing else is."""
        listed = {order["order"]: order for order in self.orders}
        self.expect(len(listed) == len(self.orders), "the list has an order twice")
        self.wishes = {wish.amount: wish for wish in self.shop.wishes}
        count = collections.Counter(order["amount"] for order in self.orders)
        for amount, orders in count.items():
            self.expect(orders == 1, f"{orders} orders were made of the wish of {amount}")
            self.expect(amount in self.wishes, f"nobody wished for an order of {amount}")
        for wish in self.shop.wishes:
            self.expect(len(wish.codes) <= 1,
                        f"the wish of {wish.amount} was told as the orders {wish.codes}")
            for code in wish.codes:
                status, _, order = self.client.ask("GET", f"/v1/orders/{code}")
                self.expect(status == 200 and code in listed,
                            f"{code} was acknowledged and is lost: {status}")
                if status == 200:
                    self.expect(order["amount"] == wish.amount, f"{code} has another amount")
                    self.expect(order == listed.get(code), f"{code} is listed as it is not")

    def check_story(self, order):
        code, status, history = order["order"], order["status"], order["history"]
        wish = self.wishes.get(order["amount"])
        states = [change["status"] for change in history]
        self.expect(states[0] == "received" and states[-1] == status, f"{code} went {states}")
        outcomes = [state for state in states if state in NOTICES]
        # An authorized order may be cancelled; nothing else follows an outcome.
        self.expect(outcomes in ([status], ["authorized", "cancelled"]), f"{code} went {states}")
        if wish is None:
            return
        for length, told in wish.told.items():
            self.expect(history[:length] == told, f"{code} was told as {told} and is {history}")
        if wish.cancel_confirmed:
            self.expect(status == "cancelled", f"{code} was confirmed as cancelled and is {status}")
        if status == "cancelled":
            self.expect(wish.cancel_asked, f"{code} is cancelled, which nobody asked for")
        elif wish.number in REFUSED:
            self.expect(status == "refused", f"{code} is {status} with a card that is refused")
        elif wish.number == NEEDS_APPROVAL:
            expected = "authorized" if approves(order) else "refused"
            given_up = states.count("in_doubt") >= 3
            self.expect(status == expected or given_up, f"{code} is {status}, approved or not")
        elif status == "refused":
            self.expect(states.count("in_doubt") >= 3 or order["amount"] in self.unlike,
                        f"{code} was refused after {states}")

    def check_mail(self, order):
        code, status = order["order"], order["status"]
        found = self.mails[code.replace("-", "")]
        notices = {"cancelled": {"cancellation"}, "authorized": {"thanks"},
                   "refused": {"refusal"}}[status]
        wish = self.wishes.get(order["amount"])
        if status == "refused" and wish and wish.number == NEEDS_APPROVAL:
            notices = {"reorder"} if "reorder" in found else {"refusal"}
        was_authorized = any(change["status"] == "authorized" for change in order["history"])
        before = {"thanks"} if was_authorized else set()  # a cancel came after it
        self.expect(notices <= found <= notices | before,
                    f"{code} is {status} and its buyer was sent {found or 'nothing'}")

    def check_ledger(self):
        """At every line at most one authorization of an order stands; at the end the right one."""
        live = collections.defaultdict(dict)  # amount -> reference -> how many stand
        approval = {}
        for text in self.world.ledger_lines():
            line = json.loads(text)
            standing = live[line["amount"]]
            standing[line["reference"]] = line["live"]
            self.expect(sum(standing.values()) <= 1,
                        f"an order of {line['amount']} was charged twice: {standing}")
            if line["authorized"]:
                approval[line["reference"]] = line["approval_code"]
            if not self.world.recognises_repeats:
                self.expect(line["message"] != "0101", f"{line['reference']} was repeated")
        orders = {order["amount"]: order for order in self.orders}
        for amount in live.keys() - orders.keys():
            self.flaws.append(f"the relay centre knows an order of {amount} that we do not")
        for amount, order in orders.items():
            standing = [reference for reference, count in live[amount].items() if count]
            by_line = (order["status"] == "authorized" and
                       order["authorization"]["answer"] == "usable")
            text = f"{order['order']} is {order['status']}, and of it stand {standing}"
            self.expect(len(standing) == (1 if by_line else 0), text)
            if by_line and standing:
                self.expect(approval.get(standing[0]) == order["authorization"]["approval_code"],
                            f"{order['order']} has another approval code than the ledger")


# ---- Card numbers in the clear ----

def traces_of(number):
    """The byte sequences by which a card number would show."""
    ascii_digits = number.encode()
    yield "digits", ascii_digits
    yield "digits in groups", b" ".join(ascii_digits[i:i + 4] for i in range(0, 16, 4))
    yield "digits in groups", b"-".join(ascii_digits[i:i + 4] for i in range(0, 16, 4))
    yield "hexadecimal text", ascii_digits.hex().encode()
    yield "UTF-16", number.encode("utf-16-le")
    packed = bytes.fromhex(number)
    if packed.count(0) < 4:
        yield "packed decimal", packed
    else:  # 4000000000000002: LMDB's own numbers on a page look like that
        yield "packed decimal, as it is sealed", packed + b"\xff\xff"
        yield "packed decimal, behind its length", b"\x16" + packed
    yield "binary integer", int(number).to_bytes(8, "little")
    yield "binary integer", int(number).to_bytes(8, "big")
    for lead in range(3):  # base64 of a text in which the number stands at any place
        encoded = base64.b64encode(b"\0" * lead + ascii_digits)
        whole = (lead + len(ascii_digits)) // 3 * 4
        yield "base64", encoded[0 if lead == 0 else 4:whole]


TRACES = [(f"a card number as {form}", trace) for number in CARD_NUMBERS
          for form, trace in traces_of(number)]
BLOCK = 1 << 20
OVERLAP = max(len(trace) for _, trace in TRACES)


def find_traces(path):
    """What of TRACES is in a file. Most of a data file is zeros, which are not searched."""
    found = set()
    tail = b""
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            text = tail + block
            tail = block[-OVERLAP:]
            if text.count(0) < len(text):
                found |= {name for name, trace in TRACES if trace in text}
    return found


def check_the_search(bait):
    """It finds whatever it is meant to find, on the edge of two blocks too."""
    bait.write_bytes(b"".join(b"xyz" + trace for _, trace in TRACES))
    good = find_traces(bait) == {name for name, _ in TRACES}
    name, trace = TRACES[0]
    bait.write_bytes(bytes(BLOCK - 5) + trace)
    if not good or find_traces(bait) != {name}:
        raise Failed("the search for card numbers does not find all of its forms")
    bait.unlink()


def check_no_card_is_readable(folder):
    check_the_search(folder / "bait")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for name in find_traces(path):
                raise Failed(f"{path} holds {name}")
