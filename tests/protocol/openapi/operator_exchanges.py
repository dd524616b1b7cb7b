"""What operators ask of orders, relay centres and the audit log: every answer of those operations."""

import json
import time

from exchanges import NOWHERE, order


def when_listed(demo, query, operator_key):
    """The list, once it has anything: lists trail what single orders say."""
    give_up = time.monotonic() + 60
    while True:
        found = demo.ask(200, "GET", f"/v1/orders?{query}", key=operator_key).json()
        if found["orders"] or time.monotonic() > give_up:
            return found
        time.sleep(0.02)


def operators_orders(demo, key, operator_key):
    """One order as its shop sees it, and as operators do."""
    placed = order(reference="O-77", amount=7_777)
    placed["buyer"]["email"] = "Search.Me@Example.jp"
    code = demo.ask(202, "POST", "/v1/orders", placed, key).json()["order"]
    demo.wait_for_status(code, "authorized", key)
    day = {"from": "2020-01-01T00:00:00Z", "to": "2090-01-01T00:00:00%2B09:00"}
    for query in ("amount=7777", "reference=O-77", "email=search.me@example.JP", "shop=1&amount=7777",
                  "status=authorized&amount=7777", f"from={day['from']}&to={day['to']}&amount=7777"):
        found = when_listed(demo, query, operator_key)
        assert [each["order"] for each in found["orders"]] == [code], (query, found)
        assert (found["orders"][0]["shop"], found["orders"][0]["card"]["last_four"]) == (1, "4242")
    for query in ("shop=2&amount=7777", "amount=7778", f"to={day['from']}", "member=nobody"):
        found = demo.ask(200, "GET", f"/v1/orders?{query}", key=operator_key).json()
        assert found["orders"] == [], (query, found)
    demo.ask(400, "GET", "/v1/orders?from=yesterday", key=operator_key)
    demo.ask(400, "GET", "/v1/orders?amount=7777", key=key)
    story = demo.ask(200, "GET", f"/v1/orders/{code}", key=operator_key).json()
    assert [fact["fact"] for fact in story["facts"]][:3] == ["received", "sent", "answered"], story
    assert story["attempts"][0]["reference"] == story["facts"][1]["reference"], story
    assert (story["attempts"][0]["state"], story["all_facts"]) == ("authorized", True), story
    assert story["buyer"]["email"] == "Search.Me@Example.jp", story
    assert "4242424242424242" not in json.dumps(story)
    assert "attempts" not in demo.ask(200, "GET", f"/v1/orders/{code}", key=key).json()
    demo.ask(404, "GET", NOWHERE, key=operator_key)
    demo.ask(404, "GET", "/v1/orders/nonsense", key=operator_key)
    demo.ask(401, "POST", "/v1/orders", order(), operator_key)
    demo.ask(401, "POST", f"/v1/orders/{code}/cancel", key=operator_key)


def pauses(demo, key, operator_key):
    pause, resume, nowhere = (f"/v1/relays/{each}" for each in (
        "sandbox/pause", "sandbox/resume", "nowhere"))
    demo.ask(400, "POST", pause, "[", operator_key)
    demo.ask(401, "POST", pause, {}, key)
    demo.ask(404, "POST", f"{nowhere}/pause", {}, operator_key)
    demo.ask(413, "POST", pause, b" " * 20_000, operator_key)
    demo.ask(415, "POST", pause, b"x", operator_key, {"Content-Type": "text/plain"})
    for wrong in ({"reason": 5}, {"why": "x"}, {"reason": "x" * 201}):
        demo.ask(422, "POST", pause, wrong, operator_key)
    demo.ask(401, "POST", resume, key=key)
    demo.ask(404, "POST", f"{nowhere}/resume", key=operator_key)
    assert demo.ask(200, "POST", pause, key=operator_key).json()["paused_reason"] == ""
    relay = demo.ask(200, "POST", pause, {"reason": "the bank asks"}, operator_key).json()
    assert (relay["paused"], relay["paused_reason"]) == (True, "the bank asks"), relay
    code = demo.ask(202, "POST", "/v1/orders", order(), key).json()
    assert "expected_outcome_at" not in code, "a promise was made for a pause that nobody can end"
    demo.ask(200, "GET", "/readyz")
    assert 'spillway_relay_paused{relay="sandbox"} 1' in demo.raw("GET", "/metrics").body
    relay = demo.ask(200, "POST", resume, key=operator_key).json()
    assert (relay["paused"], relay["paused_since"]) == (False, None), relay
    demo.wait_for_status(code["order"], "authorized", key)


def audit(demo, key, operator_key):
    demo.ask(401, "GET", "/v1/audit", key=key)
    for wrong in ("after=x", "limit=0", "limit=501", "since=1", "after=1&after=2"):
        demo.ask(400, "GET", f"/v1/audit?{wrong}", key=operator_key)
    entries, after = [], 0
    while after is not None:
        page = demo.ask(200, "GET", f"/v1/audit?after={after}&limit=7", key=operator_key).json()
        entries += page["entries"]
        after = page["next"]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1)), entries
    of = {}
    for entry in entries:
        of.setdefault((entry["method"], entry["path"]), []).append(entry["values"])
    paces = of["PUT", "/v1/relays/1/pace"]
    assert paces[0]["before"] == {"kind": "immediate"} and paces[0]["after"]["kind"] == "window", paces
    assert paces[1]["before"] == paces[0]["after"], paces
    assert of["PUT", "/v1/relays/1/sharing"][0]["after"]["mode"] == "spill"
    assert of["POST", "/v1/relays/sandbox/pause"][1]["after"]["reason"] == "the bank asks"
    assert of["POST", "/v1/relays/sandbox/resume"][0]["after"] == {"paused": False}
    limits = [values for (method, path), all_values in of.items() if method == "PATCH"
              and path.startswith("/v1/shops/") for values in all_values]
    assert (limits[0]["before"]["limits"]["orders_per_second"],
            limits[0]["after"]["limits"]["orders_per_second"]) == (1, 0), limits
    assert "sk_" not in json.dumps(entries), "a key is in the audit log"


# What a quick test cannot bring forth, and where it is held instead.
UNSEEN = {
    ("POST", "/v1/relays/{relay}/pause", 503): "a full disk",
    ("POST", "/v1/relays/{relay}/resume", 503): "many changes at once",
}
