"""What stands before a person: requests that bring forth every answer about cases."""

import time

from exchanges import NOWHERE, order


def _wait_for_cases(stuck, operator_key, count):
    give_up = time.monotonic() + 60
    while True:
        shown = stuck.ask(200, "GET", "/v1/cases", key=operator_key).json()["cases"]
        if len(shown) == count:
            return shown
        assert time.monotonic() < give_up, f"{len(shown)} cases instead of {count}"
        time.sleep(0.02)


def cases(stuck, key, operator_key):
    """`stuck` has a relay centre that answers nothing, and asks for a person after one try."""
    assert stuck.ask(200, "GET", "/v1/cases", key=operator_key).json() == {"cases": [], "next": None}
    orders = [stuck.ask(202, "POST", "/v1/orders", order(reference=f"C-{i}"), key).json()["order"]
              for i in range(3)]
    shown = {case["order"]: case for case in _wait_for_cases(stuck, operator_key, 3)}
    assert list(shown) == orders
    for i, code in enumerate(orders):
        case = shown[code]
        attempt = case["attempts"][0]
        assert (case["case"], case["kind"], case["status"]) == (f"{code}.1", "unsettled", "in_doubt")
        assert (case["reference"], case["tries"], case["relay"]) == (f"C-{i}", 1, "mute")
        assert (attempt["state"], attempt["doubt"], len(attempt["reference"])) == \
            ("reversing", "no_answer", 12), attempt
        assert "4242424242424242" not in str(case)
    behind = stuck.ask(200, "GET", f"/v1/cases?after={orders[1]}.1", key=operator_key).json()
    assert [case["order"] for case in behind["cases"]] == orders[2:]
    stuck.ask(400, "GET", "/v1/cases?after=yesterday", key=operator_key)
    stuck.ask(401, "GET", "/v1/cases", key=key)

    word = {"outcome": "not_charged", "note": "Mr Ito at the relay centre: nothing is held"}
    path = f"/v1/cases/{orders[0]}.1/resolve"
    stuck.ask(400, "POST", path, "[", operator_key)
    stuck.ask(401, "POST", path, word, key)
    stuck.ask(404, "POST", "/v1/cases/0000-0000-0000/resolve", word, operator_key)
    stuck.ask(413, "POST", path, b" " * 20_000, operator_key)
    stuck.ask(415, "POST", path, b"x", operator_key, {"Content-Type": "text/plain"})
    for wrong in ({}, {"outcome": "not_charged"}, {"outcome": "charged", "note": "x"},
                  {**word, "note": ""}, {**word, "approval_code": "A1"}, {**word, "nota": "x"},
                  {"outcome": "authorized", "note": "x", "approval_code": "A1234567"}):
        stuck.ask(422, "POST", path, wrong, operator_key)
    stuck.ask(409, "POST", f"/v1/cases/{orders[0]}.2/resolve", word, operator_key)

    told = stuck.ask(200, "POST", path, word, operator_key).json()
    assert (told["case"], told["status"]) == (f"{orders[0]}.1", "refused"), told
    stuck.wait_for_status(orders[0], "refused", key)
    stuck.ask(409, "POST", path, word, operator_key)
    charged = {"outcome": "authorized", "note": "it stands", "approval_code": "T77777"}
    assert stuck.ask(200, "POST", f"/v1/cases/{orders[1]}/resolve", charged,
                     operator_key).json()["status"] == "authorized"
    shown = stuck.ask(200, "GET", f"/v1/orders/{orders[1]}", key=key).json()
    authorization = shown["authorization"]
    assert (authorization["answer"], authorization["approval_code"]) == ("usable", "T77777"), shown

    # A cancel stays one, whatever is held.
    stuck.ask(200, "POST", f"/v1/orders/{orders[2]}/cancel", key=key)
    _wait_for_cases(stuck, operator_key, 1)
    stuck.ask(409, "POST", f"/v1/cases/{orders[2]}.1/resolve", charged, operator_key)
    assert stuck.ask(200, "POST", f"/v1/cases/{orders[2]}.1/resolve", word,
                     operator_key).json()["status"] == "cancelled"
    _wait_for_cases(stuck, operator_key, 0)
    stuck.ask(404, "GET", NOWHERE, key=key)


UNSEEN = {
    ("POST", "/v1/cases/{case}/resolve", 503): "a full disk",
}
