"""Mails that do not arrive, and the webhooks of all shops, as operators see and settle them."""

import time

from exchanges import order

DEADLINE_S = 60


def _wait_for_mail(demo, code, operator_key):
    """The mail of an order, once the reason why it waits is known."""
    give_up = time.monotonic() + DEADLINE_S
    while True:
        page = demo.ask(200, "GET", "/v1/mails?state=due", key=operator_key).json()
        found = [mail for mail in page["mails"] if mail["order"] == code]
        if found and page["server"]:
            return found[0], page
        assert time.monotonic() < give_up, page
        time.sleep(0.05)


def mails(demo, key, operator_key):
    """A file stands in the place of the outbox: nothing can be written."""
    outbox = demo.folder / "data" / "outbox"
    aside = outbox.with_name("outbox-aside")
    outbox.rename(aside)
    outbox.write_text("in the way")
    dropped, retried = (demo.ask(202, "POST", "/v1/orders", order(), key).json()["order"]
                        for _ in range(2))
    mail, page = _wait_for_mail(demo, dropped, operator_key)
    assert mail["mail"] == f"{dropped}.thanks" and mail["to"] == "…@example.jp", mail
    assert mail["last_error"].startswith("the folder for mails: "), mail
    assert "hanako" not in str(page), page
    path, nowhere = f"/v1/mails/{mail['mail']}", "/v1/mails/0000-0000-0000.thanks"
    for query in ("state=lost", "after=yesterday", "limit=0", "colour=red"):
        demo.ask(400, "GET", f"/v1/mails?{query}", key=operator_key)
    demo.ask(401, "GET", "/v1/mails", key=key)
    for change in ("retry", "drop"):
        demo.ask(401, "POST", f"{path}/{change}", key=key)
        demo.ask(404, "POST", f"{nowhere}/{change}", key=operator_key)
    assert demo.ask(200, "POST", f"{path}/drop", key=operator_key).json()["state"] == "dropped"
    for change in ("retry", "drop"):
        demo.ask(409, "POST", f"{path}/{change}", key=operator_key)
    ended = demo.ask(200, "GET", "/v1/mails?state=dropped", key=operator_key).json()["mails"]
    assert [each["order"] for each in ended] == [dropped], ended

    _wait_for_mail(demo, retried, operator_key)
    outbox.unlink()
    aside.rename(outbox)
    demo.ask(202, "POST", f"/v1/mails/{retried}/retry", key=operator_key)
    give_up = time.monotonic() + DEADLINE_S
    while demo.ask(200, "GET", f"/v1/orders/{retried}", key=key).json()["mail"] != "delivered":
        assert time.monotonic() < give_up, "a mail still waits though its folder is back"
        time.sleep(0.05)
    written = [file.name.split(".")[0] for file in outbox.iterdir()]
    assert retried.replace("-", "") in written and dropped.replace("-", "") not in written


def webhooks_of_all_shops(demo, key, operator_key):
    own = demo.ask(200, "GET", "/v1/webhooks", key=key).json()
    assert own["webhooks"] and "next" not in own and "shop" not in own["webhooks"][0], own
    seen, after = [], ""
    while after is not None:
        page = demo.ask(200, "GET", f"/v1/webhooks?limit=4{after and '&after=' + after}",
                        key=operator_key).json()
        seen += [(each["webhook"], each["shop"]) for each in page["webhooks"]]
        after = page["next"]
    assert sorted(seen) == sorted((each["webhook"], 1) for each in own["webhooks"]), seen
    assert demo.ask(200, "GET", "/v1/webhooks?status=gone", key=operator_key).json() == {
        "webhooks": [], "next": None}
    for query in ("status=lost", "limit=501", "colour=red"):
        demo.ask(400, "GET", f"/v1/webhooks?{query}", key=operator_key)
    demo.ask(401, "POST", "/v1/webhooks", {"url": "http://127.0.0.1:9/nobody"}, operator_key)


UNSEEN = {
    ("POST", "/v1/mails/{mail}/retry", 503): "many changes at once",
    ("POST", "/v1/mails/{mail}/drop", 503): "many changes at once",
}
