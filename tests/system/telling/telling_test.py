#!/usr/bin/env python3
"""The demo tells a shop of its orders: a stream that goes on after Last-Event-ID, and a webhook whose
signature is checked as docs/webhooks.md says, through a kill -9, an outage and a change of secrets."""

import argparse
import base64
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "protocol/openapi"))
from service import Service  # noqa: E402

DEADLINE_S = 60


def order(number="4242424242424242"):
    year = datetime.date.today().year + 2
    return {"reference": "A-10023", "buyer": {"name": "Hanako Sato", "email": "hanako@example.jp"},
            "items": [{"code": "SHOE-42", "name": "Leather shoes", "quantity": 1,
                       "unit_price": 3150}],
            "amount": 3150, "currency": "JPY",
            "card": {"company": "VISA", "number": number, "expiry": f"{year}-12"}}


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it was sent; answers 500 while `refuses`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.came = queue.Queue()
        self.refuses = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def next(self):
        return self.came.get(timeout=DEADLINE_S)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        refuses = self.server.refuses
        self.server.came.put((self.headers, body, refuses))
        self.send_response(500 if refuses else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def is_signed(secret, headers, body):
    """As docs/webhooks.md tells receivers to do it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, given)
               for given in headers["webhook-signature"].split(" "))


class Stream:
    def __init__(self, service, key, last_id=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=DEADLINE_S)
        fields = {"Authorization": f"Bearer {key}"}
        if last_id:
            fields["Last-Event-ID"] = last_id
        self.connection.request("GET", "/v1/events", headers=fields)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.status
        self.last_id = None

    def next(self):
        """The data of the next event."""
        fields = {}
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith(":"):
                continue
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                data = json.loads(fields["data"])
                assert (data["id"], data["type"]) == (fields["id"], fields["event"])
                return data
            if fields:
                return None
            fields = {}

    def close(self):
        self.connection.close()
        self.answer.close()


def place(service, key, number="4242424242424242"):
    answer = service.raw("POST", "/v1/orders", order(number), key)
    assert answer.status == 202, answer.body
    return answer.json()["order"]


def check_stream(service, key, other_key):
    stream = Stream(service, key)
    assert stream.next() is None  # its place
    begin = stream.last_id
    place(service, other_key)  # is nobody's business here
    first = place(service, key)
    event = stream.next()
    assert (event["order"], event["type"], event["version"]) == (first, "order.authorized", 1)
    assert event["authorization"]["answer"] == "usable" and event["reference"] == "A-10023"
    assert "4242424242424242" not in json.dumps(event)
    stream.close()
    second = place(service, key, "4000000000000002")
    again = Stream(service, key, event["id"])
    assert again.next() is None
    assert again.next()["order"] == second
    again.close()
    both = Stream(service, key, begin)
    assert [both.next(), both.next()["order"], both.next()["order"]] == [None, first, second]
    both.close()


def check_webhook(service, key, receiver):
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    refused = service.raw("POST", "/v1/webhooks", {"url": "http://10.0.0.1/"}, key)
    assert refused.status == 422 and refused.json()["errors"][0]["pointer"] == "/url", refused.body
    made = service.raw("POST", "/v1/webhooks", {"url": url}, key)
    assert made.status == 201, made.body
    webhook, secret = made.json()["webhook"], made.json()["secret"]
    assert "secret" not in service.raw("GET", f"/v1/webhooks/{webhook}", key=key).json()

    code = place(service, key)
    headers, body, _ = receiver.next()
    assert is_signed(secret, headers, body) and not is_signed(secret, headers, body + b" ")
    event = json.loads(body)
    assert event["id"] == headers["webhook-id"] and event["order"] == code

    renewed = service.raw("POST", f"/v1/webhooks/{webhook}/secret", key=key).json()["secret"]
    place(service, key)
    headers, body, _ = receiver.next()
    assert is_signed(secret, headers, body) and is_signed(renewed, headers, body)
    return webhook, renewed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spillway", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    binary = arguments.spillway.resolve()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    folder = arguments.folder
    service = Service(binary, folder / "demo", ["--demo"])
    key, other_key = service.demo_key("shop_1"), service.demo_key("shop_2")
    check_stream(service, key, other_key)

    receiver = Receiver()
    webhook, secret = check_webhook(service, key, receiver)
    assert service.raw("GET", f"/v1/webhooks/{webhook}", key=other_key).status == 404

    # What could not be delivered before a kill -9 is delivered after it, under the same id.
    receiver.refuses = True
    code = place(service, key)
    headers, body, _ = receiver.next()
    tried = headers["webhook-id"]
    while not service.raw("GET", f"/v1/webhooks/{webhook}/deliveries", key=key).json()["deliveries"]:
        pass
    service.process.send_signal(signal.SIGKILL)
    service.process.wait()
    service.process.stdout.close()
    receiver.refuses = False
    data = ["--demo", "--data", str((folder / "demo" / "data").resolve())]
    service = Service(binary, folder / "again", data)
    while True:
        headers, body, refused = receiver.next()
        if headers["webhook-id"] == tried and not refused:
            break
    assert is_signed(secret, headers, body) and json.loads(body)["order"] == code

    since = service.raw("POST", f"/v1/webhooks/{webhook}/redeliver", {"event": tried}, key)
    assert since.status == 202, since.body
    while receiver.next()[0]["webhook-id"] != tried:
        pass
    assert service.raw("DELETE", f"/v1/webhooks/{webhook}", key=key).status == 204
    assert service.raw("GET", "/v1/webhooks", key=key).json() == {"webhooks": []}
    service.stop()
    verified = subprocess.run([str(binary), "verify", "--data", data[2]], capture_output=True)
    assert verified.returncode == 0, verified.stdout


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, queue.Empty) as failure:
        raise SystemExit(f"telling_test: {failure!r}") from failure
