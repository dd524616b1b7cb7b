"""Relay centres that are in trouble, away, or say what nobody asked."""

import datetime
import json
import os
import signal
import socket
import subprocess

from fleet import Fleet, add_settings, at_least, in_world
from processes import Failed, World
from prometheus import DOWN, Scrape, going_on
from wire import Wire, WiredWorld


@in_world(WiredWorld)
def relay_in_trouble(world):
    """Nothing comes back; then it does, too late for what was promised and asked for."""
    add_settings(world, 'pacing = "paced"\npace = 20\n')
    fleet = Fleet(world)
    for _ in range(15):
        fleet.order()
    fleet.wait_for_outcomes(15)
    world.wire.be("silent")

    def order():
        fleet.order(verdict_by=datetime.datetime.now(datetime.timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%SZ"))

    def in_trouble(scrape):
        order()
        return (scrape.value("spillway_orders_escalated") > 0 and
                scrape.value("spillway_queue_length", 'queue="in_doubt",relay="east"') > 10 and
                scrape.value("spillway_relay_permit_rate", 'relay="east"') <= 10)
    fleet.wait_for("the relay centre is in trouble", in_trouble)
    silent = fleet.where_it_goes(order)
    before = fleet.scrape()
    world.wire.be("open")
    late = fleet.wait_for("late outcomes", lambda scrape: all(
        scrape.value(name, labels) > before.value(name, labels) for name, labels in (
            ("spillway_promises_total", 'relay="east",result="missed"'),
            ("spillway_verdicts_total", 'relay="east",result="late"'))))
    return [("nothing comes back", silent, RELAY_SILENT),
            ("it comes late", going_on(before, late), RELAY_LATE)]


RELAY_SILENT = ("SpillwayRelayTimesOut", "SpillwayDoubtsGrow", "SpillwayOrderBeforeAPerson",
                "SpillwayPermitRateLow")
RELAY_LATE = ("SpillwayPromisesMissed", "SpillwayVerdictsLate")


@in_world(World)
def line_down(world):
    add_settings(world, "\n[admission]\nwaiting_orders_max = 5\n")
    fleet = Fleet(world)
    world.relay.wait_after(signal.SIGKILL)
    fleet.wait_for("the line is down",
                   lambda scrape: scrape.value("spillway_relay_line_up", 'relay="east"') == 0)
    for _ in range(5):
        fleet.order()
    series = fleet.where_it_goes(lambda: fleet.order(expected=503))
    world.engine.wait_after(signal.SIGKILL)
    return [("the line is down", series, LINE_DOWN), ("it is gone", going_on_down(), ENGINE_DOWN)]


LINE_DOWN = ("SpillwayRelayLineDown", "SpillwayOrdersWaitLong", "SpillwayRefusesOrders",
             "SpillwayAnswersFail")
ENGINE_DOWN = ("SpillwayDown",)


def going_on_down():
    later = Scrape("", 60.0)
    later.samples = DOWN.samples
    return going_on(DOWN, later)


class RecordingWire(Wire):
    """Keeps what the relay centre said last, to say it again, changed."""

    def __init__(self, target):
        self.said = b""
        super().__init__(target)

    def forward(self, source):
        if source in self.far_ends:
            data = source.recv(65_536, socket.MSG_PEEK)
            if b"0110" in data:
                self.said = data
        super().forward(source)

    def say(self, data):
        for far in self.far_ends:
            self.peers[far].sendall(data)


class RecordedWorld(WiredWorld):
    def configure(self, relay_port):
        self.wire = RecordingWire(("127.0.0.1", relay_port))
        World.configure(self, self.wire.port)


@in_world(RecordedWorld)
def stray_approval(world):
    """An approval of an order that is not there, under a reference of ours."""
    fleet = Fleet(world)
    fleet.order()
    fleet.wait_for_outcomes(1)
    reference = json.loads(world.ledger_lines()[0])["reference"].encode()
    if world.wire.said.count(reference) != 1:
        raise Failed(f"{reference} is not in {world.wire.said}")
    stray = reference[:1] + b"1" + reference[2:]  # an order far ahead
    before = fleet.scrape()
    world.wire.say(world.wire.said.replace(reference, stray))
    after = fleet.wait_for("the approval is counted",
                           at_least("spillway_approvals_without_order_total", "", 1))
    return [("an approval for no order", going_on(before, after), STRAY_APPROVAL)]


STRAY_APPROVAL = ("SpillwayApprovalWithoutOrder",)


@in_world(RecordedWorld)
def passed_over(world):
    """An answer of which nothing can be read: its type is none."""
    fleet = Fleet(world)
    fleet.order()
    fleet.wait_for_outcomes(1)
    before = fleet.scrape()
    world.wire.say(world.wire.said.replace(b"0110", b"01x0", 1))
    after = fleet.wait_for("the message is passed over", lambda scrape: sum(
        value for (name, _), value in scrape.samples.items() if name == MESSAGES_PASSED_OVER) >= 1)
    return [("a message is passed over", going_on(before, after), PASSED_OVER)]


MESSAGES_PASSED_OVER = "spillway_relay_messages_passed_over_total"
PASSED_OVER = ("SpillwayRelayMessagesPassedOver",)


@in_world(RecordedWorld)
def set_aside(world):
    """An approval comes once more, of an attempt that its order knows nothing of."""
    fleet = Fleet(world)
    fleet.order()
    fleet.wait_for_outcomes(1)
    fleet.wait_for("the views have it", lambda scrape: scrape.value(
        "spillway_queue_length", 'queue="projection"') == 0)
    world.engine.wait_after(signal.SIGTERM)
    subprocess.run([os.environ["SPILLWAY_BREAK_ORDER"], world.data], check=True)
    fleet.start()
    fleet.wait_for("the line is up",
                   lambda scrape: scrape.value("spillway_relay_line_up", 'relay="east"') == 1)
    said = world.wire.said
    world.wire.say(said)
    fleet.wait_for("the order is set aside", at_least("spillway_orders_set_aside", "", 1))
    fleet.order()
    fleet.wait_for_outcomes(1)
    return [("an order is set aside", fleet.where_it_goes(), SET_ASIDE)]


SET_ASIDE = ("SpillwayOrderSetAside",)


@in_world(World)
def approval_of_part(world):
    """An issuer that has half of what was asked."""
    fleet = Fleet(world)
    before = fleet.scrape()
    fleet.order("4000000000000135")
    after = fleet.wait_for("the approval is counted", at_least(
        "spillway_relay_approvals_unlike_request_total", 'relay="east"', 1))
    told = [line for line in world.engine.log() if "event=approval_unlike_request" in line]
    if len(told) != 1 or " relay=east " not in told[0]:
        raise Failed(f"the log says {told}")
    return [("half is approved", going_on(before, after), APPROVAL_OF_PART)]


APPROVAL_OF_PART = ("SpillwayApprovalsUnlikeRequest",)
