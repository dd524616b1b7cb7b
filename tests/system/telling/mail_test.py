#!/usr/bin/env python3
"""Mails at a server that puts off, refuses, is slow and goes away: only those wait that it speaks of,
operators are told why, and what they drop stays dropped."""

import argparse
import datetime
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "protocol/openapi"))
from document import Document  # noqa: E402
from service import Service  # noqa: E402
from shop_configuration import configuration_of  # noqa: E402
from smtp_server import SLOW_S, SmtpServer  # noqa: E402

DEADLINE_S = 60
SHOP_KEY = "sk_mails_0123456789abcdefghij"
OPERATOR_KEY = "op_mails_0123456789abcdefghij"


def wait_until(what, condition, seconds=DEADLINE_S):
    give_up = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up, f"not in {seconds} s: {what}"
        time.sleep(0.02)
    return found


class Shop:
    def __init__(self, binary, folder, server):
        self.relay = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", binary, "relay", "--listen", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        relay_port = int(self.relay.stdout.readline().rpartition(b":")[2])
        folder.mkdir(parents=True)
        file = (folder / "spillway.toml").resolve()
        file.write_text(configuration_of(
            binary, SHOP_KEY, OPERATOR_KEY, f'name = "east"\nport = {relay_port}', f"""
[mail]
kind = "smtp"
url = "{'smtps' if server.tls else 'smtp'}://127.0.0.1:{server.port}"
"""))
        self.binary, self.folder, self.file, self.runs = binary, folder, file, 0
        self.begin()

    def begin(self):
        self.runs += 1
        run = self.folder / f"run-{self.runs}"
        self.service = Service(self.binary, run,
                               ["--config", str(self.file), "--data", str(self.folder.resolve() / "data")])
        self.service.document = Document(self.service.raw("GET", "/v1/openapi.json").body)

    def end(self):
        self.service.stop()
        self.relay.terminate()

    def kill(self):
        self.service.process.send_signal(signal.SIGKILL)
        self.service.process.wait(DEADLINE_S)

    def log(self):
        return (self.service.folder / "log").read_text()

    def order(self, email):
        year = datetime.date.today().year + 2
        body = {"reference": "A", "buyer": {"name": "Hanako Sato", "email": email},
                "items": [{"code": "S", "name": "Shoes", "quantity": 1, "unit_price": 3150}],
                "amount": 3150, "currency": "JPY",
                "card": {"company": "VISA", "number": "4242424242424242", "expiry": f"{year}-12"}}
        return self.service.ask(202, "POST", "/v1/orders", body, SHOP_KEY).json()["order"]

    def mails(self, query=""):
        page = self.service.ask(200, "GET", f"/v1/mails?limit=500{query}", key=OPERATOR_KEY)
        return page.json()["mails"]

    def mail_of(self, code):
        return self.service.ask(200, "GET", f"/v1/orders/{code}", key=SHOP_KEY).json()["mail"]

    def metric(self, name):
        text = self.service.raw("GET", "/metrics").body
        return float(re.search(rf"^spillway_{re.escape(name)} (\S+)$", text, re.MULTILINE).group(1))


def put_off(shop, server):
    """Two hundred that are put off hold twenty others up in nothing."""
    codes = [shop.order(f"grey{n}@example.jp") for n in range(200)]
    for n in range(20):
        shop.order(f"ok{n}@example.jp")
    wait_until("the healthy mails", lambda: len(server.recipients("ok")) == 20, 10)
    wait_until("all are put off", lambda: len(shop.mails("&state=deferred")) == 200)
    mail = next(mail for mail in shop.mails("&state=deferred") if mail["order"] == codes[0])
    assert mail["to"] == "…@example.jp" and mail["tries"] >= 1 and mail["next_at"], mail
    assert mail["last_error"] == (
        "450 4.7.1 <(address)>: greylisted, (address) comes again later"), mail
    assert shop.mail_of(codes[0]) == "due"
    assert 1 <= shop.log().count("event=mail_deferred") <= 20, "told, and not two hundred times"
    # One that is being tried again is not put off meanwhile.
    wait_until("all are counted", lambda: shop.metric("mails_deferred") == 200)
    assert shop.metric("mail_server_away") == 0
    assert shop.metric('queue_oldest_age_seconds{queue="outbox"}') > 0
    return codes


def dropped(shop, server, codes):
    """What an operator drops stays dropped, over a kill; what was put off goes when its time comes."""
    first, second = codes[:2]
    wait_until("the drop", lambda: shop.service.raw(
        "POST", f"/v1/mails/{first}.thanks/drop", key=OPERATOR_KEY).status == 200)
    wait_until("the fact", lambda: shop.mail_of(first) == "refused")
    shop.kill()
    server.takes_grey = True
    shop.begin()
    wait_until("the others", lambda: len(set(server.recipients("grey"))) == 199)
    wait_until("none waits", lambda: shop.metric('queue_length{queue="outbox"}') == 0)
    assert "grey0@example.jp" not in server.recipients("grey")
    assert [mail["order"] for mail in shop.mails()] == [first]
    assert (shop.mail_of(first), shop.mail_of(second)) == ("refused", "delivered")


def refused(shop, server):
    """A recipient that is nobody: once, told, and listed."""
    shop.order("ok-before@example.jp")
    code = shop.order("gone@example.jp")
    wait_until("the end", lambda: shop.mail_of(code) == "refused")
    assert server.tries["gone@example.jp"] == 1
    mail = next(mail for mail in shop.mails("&state=refused") if mail["order"] == code)
    assert mail["last_error"] == "550 5.1.1 <(address)>: nobody of this name", mail
    assert f"event=mail_refused order={code}" in shop.log()


def slow(shop, server):
    """Slow recipients hold their own places only."""
    for n in range(12):
        shop.order(f"slow{n}@example.jp")
    wait_until("some are slow", lambda: sum(who.startswith("slow") for who in server.tries) >= 8)
    for n in range(5):
        shop.order(f"ok-beside{n}@example.jp")
    wait_until("those beside them", lambda: len(server.recipients("ok-beside")) == 5, SLOW_S)
    assert len(server.recipients("slow")) < 12, "they were not slow"
    wait_until("the slow ones", lambda: len(server.recipients("slow")) == 12)


def sender(shop, server):
    """A sender that is not taken pauses; none of its mails is burnt."""
    server.sender_answer = "550 5.7.1 not from you"
    codes = [shop.order(f"ok-sender{n}@example.jp") for n in range(10)]
    wait_until("it is told", lambda: "event=mail_sender_refused" in shop.log())
    wait_until("all are authorized", lambda: all(shop.mail_of(code) == "due" for code in codes))
    server.sender_answer = "250 2.1.0 ok"
    wait_until("all of them", lambda: len(server.recipients("ok-sender")) == 10)
    wait_until("it is over", lambda: "event=mail_sender_taken" in shop.log())


def away(shop, server):
    """A server that is away: told with the reason, seen in the metrics, and nothing is lost."""
    server.end()
    shop.order("ok-away@example.jp")
    wait_until("it is told", lambda: re.search(
        r"event=mail_server_away .*reason=\"[^\"]*connect", shop.log()))
    assert shop.metric("mail_server_away") == 1
    wait_until("it grows old", lambda: shop.metric('queue_oldest_age_seconds{queue="outbox"}') > 2)
    server.begin()
    wait_until("the mail", lambda: server.recipients("ok-away"))
    wait_until("it is over", lambda: "event=mail_server_back" in shop.log())
    assert shop.metric("mail_server_away") == 0


def self_signed(folder):
    """An ssl.SSLContext with a certificate that nobody vouches for."""
    folder.mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=mail.example", "-keyout", folder / "key",
         "-out", folder / "certificate"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


def under_tls(binary, folder):
    """Without a user a server with a certificate of its own making is taken, over smtps://, too."""
    server = SmtpServer(self_signed(folder / "tls"))
    shop = Shop(binary, folder / "smtps", server)
    shop.order("ok@example.jp")
    wait_until("the mail", lambda: server.recipients("ok"))
    shop.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spillway", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    server = SmtpServer()
    shop = Shop(arguments.spillway.resolve(), arguments.folder, server)
    codes = put_off(shop, server)
    dropped(shop, server, codes)
    for story in (refused, slow, sender, away):
        story(shop, server)
    logs = "".join(file.read_text() for file in arguments.folder.glob("run-*/log"))
    assert "@" not in logs and "hanako" not in logs.lower(), "an address is in the log"
    shop.end()
    under_tls(arguments.spillway.resolve(), arguments.folder)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        sys.exit(f"mail_test: {failure}")
