"""Requests that come again under their Idempotency-Key."""

from exchanges import order


def repeating(demo, key, operator_key):
    """Under one key nothing is made twice, whatever has changed meanwhile."""
    merchant = {"merchant": "CAPS", "terminal": "C1", "category": "5699"}
    shop = {"name": "Caps", "mail_from": "orders@caps.example", "merchant": merchant}
    hook = {"url": "http://127.0.0.1:9/nobody", "events": ["order.refused"]}
    person = {"name": "Taro Ito", "email": "taro.ito@example.jp"}

    def twice(status, path, body, who, other):
        quoted, bare = {"Idempotency-Key": '"again"'}, {"Idempotency-Key": "again"}
        first = demo.ask(status, "POST", path, body, who, bare)
        repeat = demo.ask(status, "POST", path, body, who, quoted)
        assert (first.body, repeat.headers["Idempotency-Replayed"]) == (repeat.body, "true"), path
        assert first.headers.get("Location") == repeat.headers.get("Location"), path
        demo.ask(422, "POST", path, other, who, bare)
        demo.ask(400, "POST", path, body, who, {"Idempotency-Key": '"'})
        return first

    made = twice(201, "/v1/shops", shop, operator_key, {**shop, "name": "Hats"})
    keys = f"{made.headers['Location']}/keys"
    new_key = twice(201, keys, None, operator_key, {}).json()["key"]
    listed = demo.ask(200, "GET", keys, key=operator_key).json()["keys"]
    assert len(listed) == 1, listed
    webhook = twice(201, "/v1/webhooks", hook, key, {**hook, "events": ["order.authorized"]})
    path = webhook.headers["Location"]
    twice(200, f"{path}/secret", None, key, {})
    twice(202, f"{path}/redeliver", {"failed": True}, key, {"failed": False})
    demo.ask(204, "DELETE", path, key=key)
    demo.ask(201, "POST", "/v1/webhooks", hook, key, {"Idempotency-Key": "again"})  # as it was
    twice(201, "/v1/members", person, key, {**person, "name": "Jiro Ito"})

    # An order whose shop may not send it any more.
    again = {"Idempotency-Key": "before"}
    accepted = demo.ask(202, "POST", "/v1/orders", order(), new_key, again)
    limits = {"orders_per_second": 1, "burst": 1, "guest_limit": {"JPY": 1}}
    demo.ask(200, "PATCH", made.headers["Location"], {"limits": limits}, operator_key)
    for _ in range(3):
        repeat = demo.ask(202, "POST", "/v1/orders", order(), new_key, again)
        assert (accepted.body, repeat.headers["Idempotency-Replayed"]) == (repeat.body, "true")
    demo.ask(200, "DELETE", made.headers["Location"], key=operator_key)


# What a quick test cannot bring forth, and where it is held instead.
UNSEEN = {
    ("POST", "/v1/shops", 409): "another operator's key; tests/actors",
    ("POST", "/v1/webhooks/{webhook}/secret", 409): "another key of the shop; tests/actors",
}
