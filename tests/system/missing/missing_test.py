#!/usr/bin/env python3
"""What a data folder names and the configuration no longer does: the system starts, serves the others,
answers for what it cannot do, and goes on where it was when the configuration has it back.

    missing_test.py --spillway BINARY --folder FOLDER STORY
"""

import argparse
import pathlib
import shutil
import sys

from world import OPERATOR_KEY, SHOP_KEYS, MissingWorld, check

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "crash"))

from audit import check_no_card_is_readable  # noqa: E402
from processes import Failed, wait_until  # noqa: E402

REFUSED, TELEPHONE = "4000000000000002", "4000000000000010"
EAST_CARD = ("5555555555554444", "MASTERCARD")
PERSON = {"name": "Hanako Sato", "email": "member@buyer.example", "password": "correct horse"}
CARD = {"company": "VISA", "number": "4242424242424242", "expiry": "2039-12"}
WEST = "/v1/relays/west"


def make_history(world):
    """Orders of both shops at west, in every status, and mails that do not leave."""
    orders = {}
    for shop in (1, 2):
        first = 1000 * shop
        for place, (name, number, end) in enumerate((
                ("authorized", "4242424242424242", "authorized"), ("refused", REFUSED, "refused"),
                ("to_approve", TELEPHONE, "approval_needed"),
                ("to_cancel", TELEPHONE, "approval_needed"))):
            orders[shop, name] = world.order(first + place, number, shop=shop)
            world.wait_for(orders[shop, name], end, shop=shop)
    world.wire.be("silent")
    for shop in (1, 2):
        for place, name in enumerate(("in_doubt", "cancelling")):
            orders[shop, name] = world.order(1000 * shop + 10 + place, shop=shop)
    for shop in (1, 2):
        for name in ("in_doubt", "cancelling"):
            world.wait_for(orders[shop, name], "in_doubt", shop=shop)
        code = orders[shop, "cancelling"]
        told = world.expect(200, "POST", f"/v1/orders/{code}/cancel", key=SHOP_KEYS[shop])
        check(told["status"] == "cancelling", told)
    later = [(shop, world.order(1000 * shop + 20 + place, shop=shop))
             for place in range(8) for shop in (1, 2)]

    def some_sent_some_not():
        at = {code: world.status(code, shop) for shop, code in later}
        return "authorizing" in at.values() and "received" in at.values() and at

    wait_until("one is outstanding and one waits", some_sent_some_not, 120)
    world.kill()
    world.wire.be("cut")  # what is in the cable goes with it
    wait_until("the cable is empty", lambda: not world.wire.peers)
    for place, (shop, code) in enumerate(later):
        orders[shop, f"later_{place}"] = code
    return orders


def drive_every_route(world):
    """None of them ends the process; `world.ask` fails when one does."""
    for path in ("/healthz", "/readyz", "/metrics", "/v1/keys", "/v1/openapi.json"):
        world.expect(200, "GET", path)
    for path in ("/v1/status", "/v1/relays", "/v1/nodes", "/v1/shops"):
        world.expect(200, "GET", path, key=OPERATOR_KEY)
    for status in ("received", "authorizing", "in_doubt", "approval_needed", "authorized", "refused",
                   "cancelling", "cancelled"):
        world.expect(200, "GET", f"/v1/orders?status={status}&limit=500")
    world.expect(200, "GET", "/v1/webhooks")


def check_cases(world, kind, codes):
    """Each of these orders stands before a person; those that were not before, for this reason."""
    cases = world.expect(200, "GET", "/v1/cases", key=OPERATOR_KEY)["cases"]
    missed = set(codes) - {case["order"] for case in cases}
    check(not missed, f"{missed} are no cases: {cases}")
    check({case["kind"] for case in cases} <= {kind, "unsettled"}, cases)
    check(all("no longer names" in case["why"] for case in cases if case["kind"] == kind), cases)


def settle_outstanding(world, orders):
    """A person's word on what was sent there and has no answer; by the code, what each came to."""
    cases = world.expect(200, "GET", "/v1/cases", key=OPERATOR_KEY)["cases"]
    outstanding = [case for case in cases if case["attempts"]
                   and case["attempts"][-1]["state"] == "outstanding"]
    check(outstanding, f"none is outstanding: {cases}")
    shops = {code: shop for (shop, name), code in orders.items()}
    settled = {}
    for case in outstanding:
        check(case["kind"] == "relay_unknown" and case["status"] == "authorizing" and
              case["case"] == f"{case['order']}.{case['attempts'][-1]['attempt']}", case)
        word = {"outcome": "not_charged"} if settled else {
            "outcome": "authorized", "approval_code": "T77777"}
        answer = world.expect(200, "POST", f"/v1/cases/{case['case']}/resolve",
                              {**word, "note": "Mr Ito says so"}, OPERATOR_KEY)
        status = settled[case["order"]] = "refused" if settled else "authorized"
        check(answer["status"] == status, answer)
        check(world.status(case["order"], shops[case["order"]]) == status, "a shop is not told so")

    def none_is_left():
        left = world.expect(200, "GET", "/v1/cases", key=OPERATOR_KEY)["cases"]
        return not {case["order"] for case in left} & set(settled)
    wait_until("what was settled is no case", none_is_left)
    return settled


def relay_centre_leaves(world):
    world.configure(mails=False)
    world.start()
    world.expect(200, "PUT", f"{WEST}/pace", {"rate": 500}, OPERATOR_KEY)
    world.expect(200, "PUT", f"{WEST}/sharing", {"mode": "local"}, OPERATOR_KEY)
    orders = make_history(world)

    world.configure(relays={"east": (1, "MASTERCARD")}, mails=False)
    for life in range(3):  # the first cancel of such an order ended the process, and every start after
        world.start()
        said = "\n".join(world.said("orders_unserved"))
        check("for relay centre 2, which the configuration no longer names" in said and
              ("orders wait" in said or life > 0) and "in doubt" in said,
              f"it does not tell: {said}")
        drive_every_route(world)
        check_cases(world, "relay_unknown", [
            code for (shop, name), code in orders.items()
            if name in ("in_doubt", "cancelling") or (name.startswith("later") and life == 0)])
        for (shop, name), code in orders.items():
            cancel = f"/v1/orders/{code}/cancel"
            key = SHOP_KEYS[shop]
            status = world.status(code, shop)
            got, answer, _ = world.ask("POST", cancel, key=key)
            if name in ("authorized", "in_doubt") or status == "authorizing":
                check((got, answer["type"]) == (409, "/problems/relay-unknown"),
                      f"the cancel of {name}: {got} {answer}")
                check(world.status(code, shop) == status, f"{name} was changed by a refused cancel")
            elif name == "refused":
                check(got == 409, f"the cancel of {name}: {got} {answer}")
            elif name == "to_approve" and life == 0:
                pass  # cancelled already: it asks nobody
            elif name == "cancelling":
                check((got, answer["status"]) == (200, "cancelling"), f"{name}: {got} {answer}")
            else:
                check((got, answer["status"]) == (200, "cancelled"), f"{name}: {got} {answer}")
        again = world.order(1000)  # under its old key
        check(again == orders[1, "authorized"], f"its repeat is another order: {again}")
        world.expect(422, "POST", "/v1/orders", order_by_visa(world))
        code = world.order(5000 + life, *EAST_CARD)
        world.wait_for(code, "authorized")
        world.expect(404, "PUT", f"{WEST}/pace", {"rate": 5}, OPERATOR_KEY)
        if life == 2:
            settled = settle_outstanding(world, orders)
        world.kill()

    world.wire.be("open")
    world.configure()
    world.start()
    relay = next(each for each in world.expect(200, "GET", "/v1/relays", key=OPERATOR_KEY)["relays"]
                 if each["name"] == "west")
    check((relay["pace_from"], relay["pace"].get("rate")) == ("operator", 500), relay)
    for (shop, name), code in orders.items():
        ends = {"authorized": ["authorized"], "refused": ["refused"], "cancelling": ["cancelled"],
                "in_doubt": ["authorized"], "to_approve": ["cancelled"], "to_cancel": ["cancelled"]}
        end = [settled[code]] if code in settled else ends.get(name, ["authorized", "cancelled"])
        world.wait_for(code, *end, shop=shop)
    charges = world.charges()
    for (shop, name), code in orders.items():
        order = world.expect(200, "GET", f"/v1/orders/{code}", key=SHOP_KEYS[shop])
        stands = charges.get(order["amount"], 0)
        # What a person has settled is asked for no more.
        check(stands == (1 if order["status"] == "authorized" and code not in settled else 0),
              f"{name} is {order['status']} and {stands} authorizations of it stand")
    world.expect(200, "POST", f"/v1/orders/{orders[1, 'authorized']}/cancel")
    world.wait_for(orders[1, "authorized"], "cancelled")
    world.stop()


def order_by_visa(world):
    return {"reference": "V", "buyer": {"name": "A", "email": "a@buyer.example"}, "amount": 1,
            "items": [{"code": "S", "name": "Shoes", "quantity": 1, "unit_price": 1}],
            "currency": "JPY", "card": {"company": "VISA", "number": "4242424242424242",
                                        "expiry": "2039-12"}}


def shop_leaves(world):
    world.configure(mails=False)
    world.start()
    key = SHOP_KEYS[2]
    member = world.expect(201, "POST", "/v1/members", PERSON, key)["member"]
    world.expect(200, "PUT", f"/v1/members/{member}/card", CARD, key)
    log_in = ("POST", f"/v1/members/{member}/sessions", {"password": PERSON["password"]}, "none")
    session = world.expect(201, *log_in)["token"]
    world.expect(201, "POST", "/v1/webhooks", {"url": "https://shop2.example/hook"}, key)
    orders = make_history(world)

    world.configure(shops=(1,))
    world.wire.be("open")
    for _ in range(2):
        world.start()
        said = "\n".join(world.said("orders_unserved"))
        check("for shop 2, which the configuration no longer names" in said and
              "orders wait" in said and "mails are due" in said, f"it does not tell: {said}")
        check("relay centre" not in said, said)
        drive_every_route(world)
        check_cases(world, "shop_unknown", [code for (shop, name), code in orders.items()
                                            if shop == 2 and name in ("in_doubt", "cancelling")])
        for name in ("in_doubt", "cancelling"):
            world.wait_for(orders[1, name], "authorized", "cancelled")
        for (shop, name), code in orders.items():
            if name.startswith("later") and shop == 1:
                world.wait_for(code, "authorized")
        for path in (f"/v1/orders/{orders[2, 'authorized']}", "/v1/orders", "/v1/webhooks"):
            world.expect(401, "GET", path, key=key)
        # Whoever is a member of a shop that is not there is nobody.
        world.expect(401, *log_in)
        world.expect(401, "GET", f"/v1/members/{member}", key=session)
        world.expect(404, "GET", f"/v1/members/{member}")
        wait_until("the mails of shop 1", lambda: len(world.mails().get(1, ())) >= 2, 60)
        check(2 not in world.mails(), "a mail of a shop that is gone went out")
        world.kill()

    world.configure()
    world.start()
    session = world.expect(201, *log_in)["token"]
    world.expect(200, "GET", f"/v1/members/{member}", key=session)
    world.expect(200, "GET", "/v1/webhooks", key=key)
    code = world.order(2900, shop=2, member=member)
    world.wait_for(code, "authorized", shop=2)
    for (shop, name), code in orders.items():
        if name.startswith("later") or name in ("in_doubt", "cancelling"):
            world.wait_for(code, "authorized", "cancelled", shop=shop)
    # authorized, refused, the three and the two that settled, and the member's.
    wait_until("the mails of shop 2", lambda: len(world.mails().get(2, ())) >= 8, 60)
    world.charges()
    world.stop()


def system_id_changes(world):
    """What was sent under the old number is settled under it; what comes is sent under the new."""
    world.configure()
    world.start()
    orders = make_history(world)
    world.configure(system=7)
    world.start()
    check(world.said("system_id_changed"), "it does not tell")
    world.wire.be("open")
    for (shop, name), code in orders.items():
        if name.startswith("later") or name in ("in_doubt", "cancelling"):
            world.wait_for(code, "authorized", "cancelled", shop=shop)
    cancel = f"/v1/orders/{orders[1, 'authorized']}/cancel"
    world.expect(200, "POST", cancel)
    world.wait_for(orders[1, "authorized"], "cancelled")
    world.wait_for(world.order(3000), "authorized")
    world.kill()
    world.start()
    check(not world.said("system_id_changed"), "nothing is open under the old number")
    charges = world.charges()
    check(charges[1000] == 0 and charges[3000] == 1, charges)
    world.stop()


def company_moves(world):
    """Orders stay with the relay centre that they were accepted for; cards may go to another since."""
    world.configure()
    world.start()
    orders = make_history(world)
    world.configure(relays={"east": (1, "MASTERCARD VISA")}, mails=True)
    world.start()
    world.wait_for(world.order(4000), "authorized")
    for code in (orders[1, "in_doubt"], orders[1, "authorized"]):
        world.expect(409, "POST", f"/v1/orders/{code}/cancel")
    world.kill()
    world.configure(relays={"east": (1, "VISA"), "west": (2, "MASTERCARD")})
    world.wire.be("open")
    world.start()
    for (shop, name), code in orders.items():
        if name.startswith("later") or name in ("in_doubt", "cancelling"):
            world.wait_for(code, "authorized", "cancelled", shop=shop)
    world.charges()
    world.stop()


def repeats_end(world):
    """A centre that does not recognise repeats any more gets none of what fell in doubt before."""
    world.configure()
    world.start()
    orders = make_history(world)
    world.repeats = "false"
    world.configure()
    before = len((world.folder / "west.jsonl").read_text().splitlines())
    world.wire.be("open")
    world.start()
    for (shop, name), code in orders.items():
        if name.startswith("later") or name in ("in_doubt", "cancelling"):
            world.wait_for(code, "authorized", "cancelled", shop=shop)
    lines = (world.folder / "west.jsonl").read_text().splitlines()[before:]
    check(not [line for line in lines if '"message":"0101"' in line], "a doubt was repeated")
    check([line for line in lines if '"message":"0400"' in line], "no doubt was reversed")
    world.charges()
    world.stop()


def numbers_are_exchanged(world):
    """A relay centre that has another one's number would get its reversals: refused, with a sentence."""
    world.configure()
    world.start()
    world.wait_for(world.order(1000), "authorized")
    world.stop()
    world.configure(relays={"east": (2, "MASTERCARD"), "west": (1, "VISA")})
    try:
        world.start()
    except Failed as failed:
        check("which is that of" in str(failed), failed)
    else:
        raise Failed("it starts with exchanged numbers")
    check(world.engine.wait() == 1, "it did not end as with a wrong configuration")
    world.configure()
    world.start()
    world.wait_for(world.order(1001), "authorized")
    world.stop()


STORIES = {story.__name__: story for story in (relay_centre_leaves, shop_leaves, system_id_changes,
                                               company_moves, repeats_end, numbers_are_exchanged)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("story", choices=STORIES)
    parser.add_argument("--spillway", required=True, type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--folder", required=True, type=lambda p: pathlib.Path(p).resolve())
    options = parser.parse_args()
    folder = options.folder / options.story
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    world = MissingWorld(options.spillway, folder)
    try:
        STORIES[options.story](world)
    except Failed as failed:
        sys.exit(f"{options.story}: {failed}\nWhat is left is in {folder}")
    finally:
        world.end()
    check_no_card_is_readable(folder)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
