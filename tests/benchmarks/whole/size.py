"""What size does: millions of stored orders, a flood beside a calm shop, and far more orders than may
wait. Each measure takes the scratch folder and the options."""

import json
import signal
import statistics
import threading
import time

from whole import stage
from whole.stage import say

FEW = 10_000
INQUIRIES_PER_SECOND = 2_000
ORDERS_BESIDE_INQUIRIES = 5_000  # a second
CALM_SHOP_RATE = 200             # orders a second beside a flood
PACE = 5_000                     # requests a second that the overloaded relay centre bears
OVERLOAD = 5
WAITING_MAX = 10_000             # orders; in overload they are there after half a second


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def fill(spillway, count, **more):
    load = stage.order_load(spillway.port, count=count, connections=256, **more)
    result = json.loads(load.communicate()[0])
    if result["accepted"] != count:
        raise RuntimeError(f"not all were accepted: {result}")
    wait_for_views(spillway)


def wait_for_views(spillway):
    stage.wait_until(lambda: spillway.queue_lengths()["projection"] == 0, 600,
                     "the views are current")


# ---- stored and inquiry

class Many:
    """A system in which millions of orders wait, and the codes of some; filled once for whoever
    asks. Waiting ones cost the most: each is in the queue, and its idempotency key is remembered."""

    def __init__(self, count):
        self.count = count
        self.spillway = None

    def get(self, folder):
        if self.spillway is None:
            self.spillway = stage.Spillway(folder / "many")
            self.codes = folder / "codes"
            self.spillway.start()
            say(f"  {self.count} orders come in")
            fill(self.spillway, self.count, codes=self.codes)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.spillway:
            self.spillway.stop(signal.SIGKILL)


def stored(folder, options, rows):
    """Acceptance with few and with many stored orders, taking turns."""
    many = options.many.get(folder)
    with_few, with_many = [], []
    for turn in range(options.turns):
        with stage.Spillway(folder / f"few-{turn}") as spillway:
            fill(spillway, FEW)
            with_few.append(stage.wrk(spillway.port, 256, options.accept_seconds))
        with_many.append(stage.wrk(many.spillway.port, 256, options.accept_seconds))
        wait_for_views(many.spillway)
        say(f"  {FEW}: {with_few[-1]['per_second']:.0f}/s, p99 {with_few[-1]['p99_ms']:.1f} ms; "
            f"{many.count}: {with_many[-1]['per_second']:.0f}/s, "
            f"p99 {with_many[-1]['p99_ms']:.1f} ms")
    ratio = statistics.median(m["per_second"] / f["per_second"]
                              for m, f in zip(with_many, with_few))
    not_2xx = sum(run["not_2xx"] + run["socket_errors"] for run in with_few + with_many)
    return [
        rows.plain("stored", f"accepted with {FEW:,} stored orders",
                   median(with_few, "per_second"), "orders/s"),
        rows.plain("stored", f"with {many.count:,}", median(with_many, "per_second"), "orders/s"),
        rows.at_least("stored", "their ratio", ratio, "", 0.9),
        rows.plain("stored", f"p99 with {many.count:,}", median(with_many, "p99_ms"), "ms"),
        rows.at_most("stored", "answers that are no 202", not_2xx, "", 0),
    ]


def inquire(many, orders_per_second):
    """One run of inquiries by code, alone or beside orders that come in."""
    port, beside = many.spillway.port, None
    if orders_per_second:
        beside = stage.order_load(port, rate=orders_per_second, seconds=14, connections=64)
        time.sleep(1)
    asked = json.loads(stage.order_load(port, inquire=many.codes, rate=INQUIRIES_PER_SECOND,
                                        seconds=10, connections=64).communicate()[0])
    if asked["accepted"] != asked["sent"]:
        raise RuntimeError(f"an inquiry was not answered with 200: {asked}")
    if beside and (ordered := json.loads(beside.communicate()[0]))["other"]:
        raise RuntimeError(f"not all orders were accepted: {ordered}")
    return asked


def inquiry(folder, options, rows):
    many = options.many.get(folder)
    made = []
    for rate in (0, ORDERS_BESIDE_INQUIRIES):
        runs = [inquire(many, rate) for _ in range(max(1, options.turns // 2))]
        beside = f"beside {rate:,} orders/s" if rate else "and nothing else"
        say(f"  {INQUIRIES_PER_SECOND}/s {beside}: p50 {median(runs, 'p50_ms'):.2f} ms, p99 "
            + ", ".join(f"{run['p99_ms']:.2f}" for run in runs) + " ms")
        name = f"inquiries by code at {INQUIRIES_PER_SECOND:,}/s, {many.count:,} orders, {beside}"
        made += [rows.plain("inquiry", f"{name}: p50", median(runs, "p50_ms"), "ms"),
                 rows.at_most("inquiry", f"{name}: p99", median(runs, "p99_ms"), "ms", 2)]
        wait_for_views(many.spillway)
    return made


# ---- fair

def calm_p99(folder, flood, flood_limits=""):
    """202s of a calm shop, alone or beside another that sends all it can on 256 connections."""
    with stage.Spillway(folder, flood_limits=flood_limits) as spillway:
        calm_shop = stage.order_load(spillway.port, key=stage.CALM_KEY, rate=CALM_SHOP_RATE,
                                     seconds=6, connections=16)
        if flood:
            stage.wrk(spillway.port, 256, 6)
        result = json.loads(calm_shop.communicate()[0])
    if result["accepted"] != result["sent"]:
        raise RuntimeError("an order of the calm shop was refused")
    return result["p99_ms"]


def fair(folder, options, rows):
    cases = {"a calm shop, alone": (False, ""), "it beside a flooding shop": (True, ""),
             "it beside one that has a rate of 1,000/s": (True, "orders_per_second = 1000")}
    found = {name: [] for name in cases}
    for turn in range(max(1, options.turns // 2)):
        for number, (name, (flood, limits)) in enumerate(cases.items()):
            found[name].append(calm_p99(folder / f"fair-{turn}-{number}", flood, limits))
        say("  p99 " + "; ".join(f"{name}: {p99[-1]:.2f} ms" for name, p99 in found.items()))
    p99 = {name: statistics.median(found[name]) for name in cases}
    alone, _, limited = p99.values()
    return [rows.plain("fair", f"p99 of {name}", found, "ms") for name, found in p99.items()] + [
        rows.at_most("fair", "the last to the first", limited / alone, "", 2)]


# ---- overload

class MemoryWatch(threading.Thread):
    """What a system holds of its own memory, each second."""

    def __init__(self, spillway):
        super().__init__(daemon=True)
        self.spillway, self.samples, self.over = spillway, [], threading.Event()

    def run(self):
        while not self.over.wait(1):
            self.samples.append(self.spillway.memory()["RssAnon"])

    def grown(self):
        """From the second tenth of the time to its last, which are eight tenths apart, in bytes."""
        self.over.set()
        self.join()
        part = max(1, len(self.samples) // 10)
        return statistics.mean(self.samples[-part:]) - statistics.mean(self.samples[part:2 * part])


def offer(folder, rate, seconds):
    """A fresh system whose relay centre bears PACE, and `rate` orders a second. They carry no
    idempotency keys, each of which would be remembered for a day, overload or not."""
    folder.mkdir()
    with stage.relay_centre(folder) as relay, stage.Spillway(
            folder / "system", relay, pacing=f'pacing = "paced"\npace = {PACE}',
            tables=f"[admission]\nwaiting_orders_max = {WAITING_MAX}") as spillway:
        stage.wait_until(lambda: spillway.metrics()['spillway_relay_line_up{relay="east"}'] == 1,
                         10, "the line stands")
        watch = MemoryWatch(spillway)
        watch.start()
        load = stage.order_load(spillway.port, rate=rate, seconds=seconds, connections=256,
                                keyless=True)
        result = json.loads(load.communicate()[0])
        if result["lost"]:
            raise RuntimeError(f"a connection was lost, and the load ended early: {result}")
        result["grown"] = watch.grown()
        result["behind"] = spillway.queue_lengths()["projection"]
    say(f"  {rate:,}/s for {seconds} s: {result['accepted_per_second']:.0f}/s accepted with p99 "
        f"{result['p99_ms']:.2f} ms, {result['other']:,} refused with p99 "
        f"{result['other_p99_ms']:.2f} ms (longest {result['other_max_ms']:.1f} ms), memory "
        f"{result['grown'] / 2**20:+.1f} MiB, views {result['behind']:,} records behind")
    return result


def overload(folder, options, rows):
    """As long at full load as in overload, one half before it and one after: a machine that others
    use, too, is not the same for twenty minutes."""
    half = max(1, options.overload_seconds // 2)
    before = offer(folder / "before", PACE, half)
    over = offer(folder / "over", OVERLOAD * PACE, options.overload_seconds)
    after = offer(folder / "after", PACE, half)
    full = [before, after]
    full_p99 = statistics.mean(run["p99_ms"] for run in full)
    # Each accepted order leaves a mail that waits, overload or not: their server is away.
    each = sum(run["grown"] for run in full) / (0.8 * sum(run["accepted"] for run in full))
    by_refused = over["grown"] - each * 0.8 * over["accepted"]
    name = f"{OVERLOAD} × {PACE:,} orders/s for {options.overload_seconds} s"
    return [
        rows.plain("overload", f"full load, {PACE:,} orders/s: p99 of the 202s", full_p99, "ms"),
        rows.plain("overload", f"{name}: accepted", over["accepted_per_second"], "orders/s"),
        rows.at_most("overload", "p99 of their 202s, to that at full load",
                     over["p99_ms"] / full_p99, "", 2),
        rows.at_most("overload", "refusals, p99", over["other_p99_ms"], "ms", 50),
        rows.plain("overload", "refusals, longest", over["other_max_ms"], "ms"),
        rows.plain("overload", "memory an accepted order leaves at full load, whose mail waits", each,
                   "bytes"),
        rows.at_most("overload", "memory a refused order leaves",
                     by_refused / (0.8 * max(over["other"], 1)), "bytes", 1),
    ]
