"""Webhooks that do not arrive, and a system of which all is well."""

import http.server
import json
import pathlib
import threading

from cluster import Cluster
from fleet import Fleet, add_settings, at_least, in_world
from mail_server import MailServer
from processes import Failed, World
from prometheus import going_on


@in_world(Cluster)
def healthy(world):
    server = MailServer(world.folder / "outbox")
    world.use(pace=50)
    add_settings(world, f'\n[mail]\nkind = "smtp"\nurl = "smtp://127.0.0.1:{server.port}"\n' + HERE)
    fleet = Fleet(world)
    world.start_node("tokyo")
    receiver, _ = add_webhook(fleet)
    fleet.wait_for("the node has joined", at_least("spillway_node_joined", 'node="tokyo"', 1))
    for _ in range(20):
        fleet.order()
    fleet.wait_for_outcomes(20)
    series = fleet.where_it_goes(fleet.order)
    receiver.shutdown()
    server.end()
    return [("all is well", series, None)]


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


# For [webhooks]: receivers are on this machine.
HERE = '\n[webhooks]\nthis_machine = "I accept that shops have this machine called"\n'


def add_webhook(fleet, status=204):
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    receiver.status = status
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_port}/"
    answered, _, answer = fleet.client.ask("POST", "/v1/webhooks", json.dumps({"url": url}))
    if answered != 201:
        raise Failed(f"a webhook got {answered}: {answer}")
    return receiver, answer


@in_world(World)
def webhooks(world):
    """A receiver that refuses, and goes on to when its shop's event is given up."""
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    offset = world.folder / "offset"
    offset.write_text("+0s\n")
    world.environment = {"LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(offset),
                         "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                         "DONT_FAKE_MONOTONIC": "1"}
    add_settings(world, HERE)
    fleet = Fleet(world)
    receiver, _ = add_webhook(fleet, 500)
    fleet.order()
    fleet.wait_for("an event waits",
                   lambda scrape: scrape.value("spillway_queue_oldest_age_seconds",
                                               'queue="webhooks"') > 0)
    waits = fleet.where_it_goes()
    before = fleet.scrape()
    (world.folder / "offset.new").write_text("+4d\n")
    (world.folder / "offset.new").rename(offset)
    given_up = fleet.wait_for("the event is given up",
                              at_least("spillway_webhook_deliveries_total", 'result="given_up"', 1))
    receiver.shutdown()
    return [("an event waits", waits, WEBHOOK_WAITS),
            ("an event is given up", going_on(before, given_up), WEBHOOK_GIVEN_UP)]


WEBHOOK_WAITS = ("SpillwayWebhooksWait",)
WEBHOOK_GIVEN_UP = ("SpillwayWebhooksGivenUp",)
