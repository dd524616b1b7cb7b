#!/usr/bin/env python3
"""Holds the running API against docs/openapi.json: every operation, every status, every schema, and
that no path answers to a method that the document does not have."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

import case_exchanges
import exchanges
import mail_exchanges as mails
import member_exchanges as members
import mute_centre
import operator_exchanges as operators
import repeat_exchanges as repeats
from document import Document, Untrue
from service import Service
from shop_configuration import configuration_of

OPERATOR_KEY = "op_openapi_0123456789abcdefghij"
SHOP_KEY = "sk_openapi_0123456789abcdefghij"
PLAIN = 'plain = "I accept that orders cross this network unprotected"'


def full_configuration(binary):
    """One order may wait, and the relay centre is away."""
    return configuration_of(binary, SHOP_KEY, OPERATOR_KEY, """
name = "away"
port = 1
""", f"""
[admission]
waiting_orders_max = 1
[cluster]
listen = "127.0.0.1:0"
{PLAIN}
""")


def stuck_configuration(binary, port):
    """Nothing that is sent is answered, and nothing is waited for."""
    return configuration_of(binary, SHOP_KEY, OPERATOR_KEY, f"""
name = "mute"
port = {port}
answer_time_max = "50ms"
late_window = "0ms"
doubt_tries_max = 1
""")


NODE = f"""
[cluster]
{PLAIN}
[[relays]]
id = 1
name = "away"
host = "127.0.0.1"
port = 1
acquirer = "1"
companies = ["VISA"]
"""


def check_nodes(binary, full):
    """A node joins `full`, whose log says where."""
    configuration = full.folder / "node.toml"
    configuration.write_text(NODE)
    port = re.search(r"event=nodes_welcome listen=\"?(\S+?)\"?\n", (full.folder / "log").read_text())
    with (full.folder / "node.log").open("wb") as log:
        node = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", binary, "node", "--config", configuration.name,
             "--name", "node-1", "--join", port.group(1)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=full.folder)
    try:
        exchanges.of_a_node(full, "node-1", OPERATOR_KEY)
    finally:
        node.terminate()
        node.wait(60)


def check_methods(service, document):
    """405 with Allow, exactly where the document has no such operation."""
    documented = {}
    for method, pattern in document.operations:
        documented.setdefault(pattern, set()).add(method)
    for pattern, methods in documented.items():
        path = "/".join("0000-0000-0000" if part.startswith("{") else part
                        for part in pattern.split("/"))
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = service.raw(method, path)
            if (answer.status == 405) == (method in methods):
                raise Untrue(f"{method} {path} gives {answer.status}; the document has {methods}")
            if answer.status == 405:
                allowed = {name.strip() for name in answer.headers["Allow"].split(",")}
                if allowed - {"HEAD", "OPTIONS"} != methods:
                    raise Untrue(f"{path}: Allow says {allowed}, the document {methods}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spillway", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    binary = arguments.spillway.resolve()
    shutil.rmtree(arguments.folder, ignore_errors=True)

    seen = set()
    demo = Service(binary, arguments.folder / "demo", ["--demo"], seen=seen)
    document = demo.document = Document(demo.raw("GET", "/v1/openapi.json").body)
    key = demo.demo_key("shop_1")
    for exchange in (exchanges.accepting, exchanges.asking, exchanges.changing,
                     exchanges.listening, exchanges.being_called, members.registering,
                     members.being_a_member, members.paying_with_a_registered_card,
                     members.guessing, exchanges.operating):
        exchange(demo, key)
    exchanges.isolation(demo, key, demo.demo_key("shop_2"))
    members.isolation(demo, key, demo.demo_key("shop_2"))
    exchanges.shops(demo, key, demo.demo_key("operator"))
    repeats.repeating(demo, key, demo.demo_key("operator"))
    exchanges.nodes(demo, key, demo.demo_key("operator"))
    members.beyond_the_guest_limit(demo, demo.demo_key("operator"))
    exchanges.paces(demo, key, demo.demo_key("operator"))
    exchanges.sharings(demo, key, demo.demo_key("operator"))
    operators.operators_orders(demo, key, demo.demo_key("operator"))
    operators.pauses(demo, key, demo.demo_key("operator"))
    operators.audit(demo, key, demo.demo_key("operator"))
    mails.mails(demo, key, demo.demo_key("operator"))
    mails.webhooks_of_all_shops(demo, key, demo.demo_key("operator"))
    check_methods(demo, document)
    demo.stop()

    configuration = arguments.folder / "full.toml"
    configuration.write_text(full_configuration(binary))
    full = Service(binary, arguments.folder / "full", ["--config", str(configuration.resolve())], document, seen)
    exchanges.overloaded(full, SHOP_KEY, OPERATOR_KEY)
    check_nodes(binary, full)
    full.stop()

    configuration = arguments.folder / "stuck.toml"
    configuration.write_text(stuck_configuration(binary, mute_centre.start()))
    stuck = Service(binary, arguments.folder / "stuck", ["--config", str(configuration.resolve())], document, seen)
    case_exchanges.cases(stuck, SHOP_KEY, OPERATOR_KEY)
    stuck.stop()

    known = {(*operation, int(status)) for operation, text in document.operations.items()
             for status in text["responses"]}
    unseen = (exchanges.UNSEEN | repeats.UNSEEN | members.UNSEEN | case_exchanges.UNSEEN |
              operators.UNSEEN | mails.UNSEEN).keys()
    if missed := known - seen - unseen:
        raise Untrue(f"the document knows answers that nothing brought forth: {sorted(missed)}")
    if needless := unseen & seen | unseen - known:
        raise Untrue(f"these need no excuse: {sorted(needless)}")
    print(f"{len(seen)} kinds of answers of {len(document.operations)} operations are as described")


if __name__ == "__main__":
    try:
        main()
    except (Untrue, AssertionError) as failure:
        sys.exit(f"openapi_test: {failure}")
