#!/usr/bin/env python3
"""A member registers, stores a card, orders without it, and is gone when the account is closed.

Every file of the data folder is searched for him, and all that the system says: its log, metrics,
lists and audit log. At once, after a restart, and a day later, when retention has written over what
the journal had freed. Then an older copy of the registry is put back, with all that was ever sealed
in it: it opens nothing. With the older copy of the keys it would, which shows that there was
something to open. What is done, searched and found is printed; tests/system/members/show tells it to people.
"""

import argparse
import base64
import pathlib
import shutil
import subprocess
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "crash"))

from mail_server import MailServer
from members_test import System, check, order, system_metric
from processes import Failed, World, wait_until

DAY_S = 24 * 3600
PERSON = {"name": "Murasaki Shikibu-Canary", "email": "murasaki.canary@heian.example",
          "telephone": "+81 75-5550-199", "address": "2-chome Canary, Kyoto",
          "date_of_birth": "1973-11-29", "password": "a very secret canary"}
CARD = {"company": "VISA", "number": "4556737586899855", "expiry": "2039-12"}
ITEM = "Canary-coloured shoes"


class Engine(System):
    """As System, with a relay centre, a mail server and a clock that are not its own."""

    def __init__(self, world):
        self.world, self.data, self.key = world, world.data, world.SHOP_KEY
        self.start()

    def start(self):
        address = self.world.start()
        check(address, f"it does not start: {self.world.engine.last_words()}")
        self.port = address[1]

    def stop(self):
        self.world.stop()


def forms_of(secret):
    """Bytes as they might lie in a file: raw, in hex, in base 64 at each of its three places."""
    forms = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for shift in range(3):
        # Without the symbols at both ends, which depend on the neighbours.
        coded = base64.b64encode(b"\0" * shift + secret)
        middle = coded[4 if shift else 0:(len(secret) + shift) // 3 * 4]
        forms |= {middle, middle.translate(bytes.maketrans(b"+/", b"-_"))}
    return forms


def content_of(file):
    """All but the blocks of zeros, of which data files have a hundred megabytes."""
    with file.open("rb") as blocks:
        return b"".join(block for block in iter(lambda: blocks.read(65536), b"")
                        if block.strip(b"\0"))


def files_with(files, secrets):
    return [(str(file), secret) for file in files if file.is_file()
            for content in [content_of(file)] for secret in secrets
            if any(form in content for form in forms_of(secret))]


def say(text):
    print(text, flush=True)


def look(when, folder, secrets, of_the_order=()):
    """No file holds any of them; what the engine has printed and told neither, but `of_the_order`,
    which the shop is shown of its order until retention takes it."""
    files = [file for place in ("engine-*", "told/*", "data/**/*")
             for file in sorted(folder.glob(place)) if file.is_file()]
    found = files_with(files, secrets)
    found += files_with([file for file in files if file.parent.name != "told"], of_the_order)
    size = sum(file.stat().st_size for file in files)
    say(f"\nSearched {when}: {len(files)} files, {size:,} bytes, for {len(secrets) + len(of_the_order)} "
        f"things in all their forms, and found {len(found) or 'nothing'}:")
    for file in files:
        say(f"  {file.stat().st_size:>12,}  {file.relative_to(folder)}")
    check(not found, f"{when}: {found}")


def write_down_what_is_told(engine, folder):
    """What a running system tells operators and shops, as files."""
    (folder / "told").mkdir(exist_ok=True)
    for name in ("metrics", "v1/orders", "v1/keys", "v1/openapi.json"):
        asked = urllib.request.Request(f"http://127.0.0.1:{engine.port}/{name}",
                                       headers={"Authorization": f"Bearer {engine.key}"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            (folder / "told" / name.replace("/", "-")).write_bytes(answer.read())


def write_down_the_audit(world):
    """What `spillway audit` and `verify` print of a stopped system."""
    for command in ("audit", "verify"):
        done = subprocess.run([world.binary, command, "--data", world.data], text=True,
                              capture_output=True, check=False, timeout=60)
        check(done.returncode == 0, f"{command}: {done.stderr}")
        (world.folder / "told" / command).write_text(done.stdout + done.stderr)


def keys_in(data):
    """The members' keys that are there, as they stand in their slots."""
    slots = (data / "keys" / "members.keys").read_bytes()[64:]
    return [slots[at:at + 64] for at in range(0, len(slots), 64) if any(slots[at:at + 64])]


def register(engine, mails):
    """The member, his token, and an order of his that has come to its end."""
    status, made = engine.ask("POST", "/v1/members", PERSON)
    check(status == 201, f"the registration gives {status}")
    member = made["member"]
    path = f"/v1/members/{member}"
    say(f"{member} is registered: " + ", ".join(PERSON.values()))
    status, answer = engine.ask("PUT", f"{path}/card", {**CARD, "number": "4556737586899856"})
    check(status == 422 and answer["errors"][0]["pointer"] == "/number",
          f"a wrong check digit gives {status}: {answer}")
    check(engine.ask("PUT", f"{path}/card", CARD)[0] == 200, "the card is not taken")
    say(f"The card {CARD['number']} is stored.")
    status, session = engine.ask("POST", f"{path}/sessions", {"password": PERSON["password"]},
                                 key=False)
    check(status == 201, f"the log-in gives {status}")
    status, placed = engine.ask("POST", "/v1/orders", bought(member), headers=KEYED)
    check(status == 202, f"the order gives {status}")
    engine.wait_for(placed["order"], "authorized")
    say(f"{placed['order']}, ordered without a card, is authorized, and a mail went to "
        f"{PERSON['email']}.")
    wait_until("a mail to the registered address", lambda: any(
        PERSON["email"] in mail.read_text() for mail in mails.glob("*.eml")))
    return member, session["token"], placed


KEYED = {"Idempotency-Key": "one"}


def bought(member, amount=3150):
    """An order without a card and without a buyer."""
    wanted = order(member)
    wanted["items"][0].update(name=ITEM, unit_price=amount)
    return {**wanted, "amount": amount}


def ask_as_before(engine, member, placed):
    """What a shop meets that has not heard of it."""
    status, again = engine.ask("POST", "/v1/orders", bought(member), headers=KEYED)
    check((status, again) == (202, placed), f"the repeat of his order gives {status}: {again}")
    status, _ = engine.ask("POST", "/v1/orders", bought(member, 1), headers=KEYED)
    check(status == 422, f"another order under the same key gives {status}")
    for headers in ({}, {"Idempotency-Key": "two"}):
        status, refused = engine.ask("POST", "/v1/orders", bought(member), headers=headers)
        check(status == 422 and refused["errors"][0]["pointer"] == "/member",
              f"he still orders: {status} {refused}")


def story(world, mails, set_clock):
    set_clock(0)
    engine = Engine(world)
    status, made = engine.ask("POST", "/v1/members", {"name": "Neighbour", "email": "n@e.jp"})
    check(status == 201, f"a registration gives {status}")
    neighbour = f"/v1/members/{made['member']}"
    [neighbours_key] = keys_in(world.data)
    member, token, placed = register(engine, mails)
    path = f"/v1/members/{member}"
    [his_key] = [key for key in keys_in(world.data) if key != neighbours_key]
    write_down_what_is_told(engine, world.folder)
    engine.stop()
    before = world.folder / "before"
    shutil.copytree(world.data, before)

    engine.start()
    check(engine.ask("DELETE", path, key=token)[0] == 204, "it does not close")
    check(engine.ask("GET", path)[0] == 404, "the member is still there")
    say("The account is closed: 404 for the member, 422 for whoever orders as him.")
    secrets = [text.encode() for text in (*PERSON.values(), CARD["number"], token)]
    secrets.append(his_key[4:])
    item = [ITEM.encode()]
    check([where for where, _ in files_with(before.rglob("*"), secrets + item)]
          == [str(before / "keys" / "members.keys")], "the search does not find what is there")
    write_down_what_is_told(engine, world.folder)
    look("while it runs", world.folder, secrets, item)
    ask_as_before(engine, member, placed)
    engine.stop()
    write_down_the_audit(world)
    look("when it has ended", world.folder, secrets, item)
    engine.start()
    ask_as_before(engine, member, placed)
    shown = engine.ask("GET", f"/v1/orders/{placed['order']}")[1]
    check(shown["member"] == member and shown["card"]["last_four"] == CARD["number"][-4:],
          f"his order is not what it was: {shown}")
    engine.stop()

    set_clock(DAY_S + 3600)
    engine.start()
    wait_until("retention takes his order's data",
               lambda: system_metric(engine, "spillway_personal_data_erased_total") == 1)
    shown = engine.ask("GET", f"/v1/orders/{placed['order']}")[1]
    check(shown["items"] == [] and "member" not in shown, f"his order is not erased: {shown}")
    check(engine.ask("GET", neighbour)[0] == 200, "another member has gone, too")
    write_down_what_is_told(engine, world.folder)
    engine.stop()
    write_down_the_audit(world)
    say("\nA day is over, and retention has taken the order's items and the member's number.")
    look("a day later", world.folder,
         [*secrets, *item, member.encode(), member.replace("-", "").encode()])
    world.verify()

    for copied in ("registry", "keys/members.keys"):
        new, old = world.data / copied, before / copied
        if new.is_dir():
            shutil.rmtree(new)
            shutil.copytree(old, new)
        else:
            shutil.copy(old, new)
        engine.start()
        status, shown = engine.ask("GET", path)
        check(engine.ask("GET", neighbour)[0] == 200, "another member has gone, too")
        engine.stop()
        if copied == "registry":
            check(status == 404, f"with an older registry he is there again: {shown}")
            say("\nAn older copy of the registry, in which he stands, opens nothing of him.")
            check("members_without_keys" in world.engine.err.read_text(), "nobody is told of it")
            world.verify()
        else:
            check(status == 200 and shown["email"] == PERSON["email"], "there was nothing to open")
            say("With the older copy of his key it does: so there was something to find.")


def run_story(description, retention, story):
    """`story` with a mail server and a clock that it sets, and `retention` in the configuration."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--spillway", required=True, type=pathlib.Path)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    faketime = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not faketime:
        print("skipped: faketime is not installed")
        sys.exit(77)
    folder = arguments.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    mails = folder / "mails"
    mails.mkdir(parents=True)
    server = MailServer(mails)
    world = World(arguments.spillway.resolve(), folder)
    with (folder / "spillway.toml").open("a") as settings:
        settings.write(f'\n[mail]\nkind = "smtp"\nurl = "smtp://127.0.0.1:{server.port}"\n'
                       f'\n[retention]\n{retention}\n')

    def set_clock(ahead_s):
        (folder / "clock").write_text(f"{ahead_s:+d}s\n")

    world.environment = {"LD_PRELOAD": str(faketime[0]), "FAKETIME_NO_CACHE": "1",
                         "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
                         "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    try:
        story(world, mails, set_clock)
    finally:
        world.end()
        server.end()
    shutil.rmtree(folder)


def main():
    run_story(__doc__, 'personal_data = "24h"', story)
    say("A closed account leaves nothing in the files.")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"erasure_test: {failure}")
