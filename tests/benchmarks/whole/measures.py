"""What is measured. Each measure takes the scratch folder and the options, and gives rows: name,
figure, unit and, where one was promised, its target."""

import collections
import json
import shutil
import signal
import statistics
import time

from whole import cluster, crowds, node_loss, size, stage
from whole.stage import say

Row = collections.namedtuple("Row", "measure name figure unit target met", defaults=(None, None))
Rows = collections.namedtuple("Rows", "plain at_least at_most")  # how rows are made
WAITING = 1_000_000


def at_least(measure, name, figure, unit, target):
    return Row(measure, name, figure, unit, f"≥ {target:g}", figure >= target)


def at_most(measure, name, figure, unit, target):
    return Row(measure, name, figure, unit, f"≤ {target:g}", figure <= target)


def not_accepted(result, metrics):
    """What was answered with anything but a 202 for a new order."""
    refused = sum(value for series, value in metrics.items()
                  if series.startswith(("spillway_orders_refused_total",
                                        "spillway_orders_replayed_total",
                                        "spillway_http_rejected_total")))
    return int(result["not_2xx"] + result["socket_errors"] + refused)


# ---- accept and single

def accept_once(folder, seconds, connections, tls=None):
    with stage.Spillway(folder, tls=tls) as spillway:
        before = spillway.processor_seconds()
        ours = stage.wrk(spillway.port, connections, seconds, spillway.scheme)
        metrics = spillway.metrics()
        accepted = metrics["spillway_orders_accepted_total"]
        ours["processor_us"] = (spillway.processor_seconds() - before) * 1e6 / accepted
        ours["per_commit"] = accepted / metrics["spillway_journal_commits_total"]
        ours["not_202"] = not_accepted(ours, metrics)
        if accepted < ours["requests"]:
            raise RuntimeError("more was answered with 202 than was accepted")
    return ours


def accept(folder, options):
    ours, theirs = [], []
    for turn in range(options.turns):
        with stage.nginx(folder) as port:
            theirs.append(stage.wrk(port, 256, options.accept_seconds))
        ours.append(accept_once(folder / f"accept-{turn}", options.accept_seconds, 256))
        say(f"  nginx {theirs[-1]['per_second']:.0f}/s, spillway {ours[-1]['per_second']:.0f}/s, "
            f"ratio {ours[-1]['per_second'] / theirs[-1]['per_second']:.2f}, "
            f"p99 {ours[-1]['p99_ms']:.1f} ms, {ours[-1]['processor_us']:.1f} us of processor "
            f"and {ours[-1]['per_commit']:.0f} a commit")

    def median(runs, name):
        return statistics.median(run[name] for run in runs)

    ratio = statistics.median(o["per_second"] / t["per_second"] for o, t in zip(ours, theirs))
    return [
        Row("accept", "nginx, constant 202", median(theirs, "per_second"), "/s"),
        Row("accept", "accepted and synced", median(ours, "per_second"), "orders/s"),
        at_least("accept", "ratio to nginx", ratio, "", 0.6),
        Row("accept", "p50", median(ours, "p50_ms"), "ms"),
        at_most("accept", "p99", median(ours, "p99_ms"), "ms", 15),
        Row("accept", "processor time an order", median(ours, "processor_us"), "us"),
        Row("accept", "orders a commit", median(ours, "per_commit"), ""),
        at_most("accept", "answers that are no 202", sum(run["not_202"] for run in ours), "", 0),
    ]


# ---- tls

def tls(folder, options):
    """The same load with and without TLS, taking turns; and what a handshake costs."""
    plain, secured = [], []
    for turn in range(options.turns):
        plain.append(accept_once(folder / f"plain-{turn}", options.accept_seconds, 256))
        secured.append(accept_once(folder / f"tls-{turn}", options.accept_seconds, 256, "EC"))
        say(f"  plain {plain[-1]['per_second']:.0f}/s, {plain[-1]['processor_us']:.1f} us; TLS "
            f"{secured[-1]['per_second']:.0f}/s, {secured[-1]['processor_us']:.1f} us")
    ratio = statistics.median(s["per_second"] / p["per_second"] for s, p in zip(secured, plain))
    extra = statistics.median(s["processor_us"] - p["processor_us"]
                              for s, p in zip(secured, plain))
    rows = [Row("tls", "accepted under TLS, at keep-alive",
                statistics.median(run["per_second"] for run in secured), "orders/s"),
            Row("tls", "to those without", ratio, ""),
            Row("tls", "processor time an order more than without", extra, "us")]
    for kind in (None, "EC", "RSA"):
        with stage.Spillway(folder / f"handshakes-{kind}", tls=kind) as spillway:
            processor = spillway.processor_seconds()
            rate = stage.requests_each_on_its_own(spillway, options.accept_seconds)
            processor = spillway.processor_seconds() - processor
        name = f"a handshake with a key of {kind}" if kind else "no handshake"
        rows += [Row("tls", f"connections of one request, {name}", rate, "/s"),
                 Row("tls", f"processor time of each, {name}",
                     processor * 1e6 / (rate * options.accept_seconds), "us")]
    return rows


def single(folder, options):
    latencies, syncs = [], []
    for turn in range(options.turns):
        syncs.append(stage.sync_time(folder)["p50_us"] / 1e3)
        latencies.append(accept_once(folder / f"single-{turn}", 3, 1)["p50_ms"])
        say(f"  fdatasync {syncs[-1]:.3f} ms, p50 {latencies[-1]:.3f} ms")
    sync = statistics.median(syncs)
    return [
        Row("single", "fdatasync of 4 KiB, p50", sync, "ms"),
        at_most("single", "p50 at 1 connection", statistics.median(latencies), "ms",
                round(2 * sync + 0.3, 3)),
    ]


# ---- authorize

Offered = collections.namedtuple("Offered", "rate load authorized grows lengths processor_us")
OUTCOME = 'spillway_orders_outcome_total{status="authorized"}'


def grows(samples, rate):
    """Whether what is under way was more at the end than in the middle, by more than a twentieth
    of a second's orders: a tenth of a per cent too slow shows within a minute."""
    quarter = max(1, len(samples) // 4)
    waiting = [sum(count for name, count in lengths.items() if name != "outbox")
               for lengths in samples]
    middle = statistics.mean(waiting[quarter:2 * quarter])
    end = statistics.mean(waiting[-quarter:])
    return end - middle > rate * 0.05


def offer(folder, rate, seconds):
    """Offers orders at a constant rate to a fresh system with a relay centre."""
    folder.mkdir()
    with stage.relay_centre(folder) as relay, stage.Spillway(folder / "system", relay) as spillway:
        stage.wait_until(lambda: spillway.metrics()['spillway_relay_line_up{relay="east"}'] == 1,
                         10, "the line stands")
        processor = spillway.processor_seconds()
        load = stage.order_load(spillway.port, rate=rate, seconds=seconds, connections=256)
        time.sleep(1)
        first, began = spillway.metrics()[OUTCOME], time.monotonic()
        samples = []
        while time.monotonic() - began < seconds - 1.5:
            time.sleep(0.5)
            samples.append(spillway.queue_lengths())
        authorized = (spillway.metrics()[OUTCOME] - first) / (time.monotonic() - began)
        result = json.loads(load.communicate()[0])
        accepted = spillway.metrics()["spillway_orders_accepted_total"]
        processor = (spillway.processor_seconds() - processor) * 1e6 / max(accepted, 1)
    good = result["accepted"] == result["sent"] and authorized >= 0.98 * rate
    lengths = {name: [sample[name] for sample in samples[::max(1, len(samples) // 4)]]
               for name in samples[0]}
    offered = Offered(rate, result, authorized, grows(samples, rate) or not good, lengths,
                      processor)
    say(f"  {rate:.0f}/s offered for {seconds} s: {authorized:.0f}/s authorized, 202 after "
        f"{result['p50_ms']:.1f} ms (p99 {result['p99_ms']:.1f} ms), "
        f"{'falls behind' if offered.grows else 'keeps up'}, "
        f"{processor:.1f} us of processor an order")
    say(f"    queues: " + ", ".join(f"{name} {length}" for name, length in lengths.items()))
    return offered


def authorize(folder, options):
    rate, best, probe = 10_000, 0, 0
    while rate <= 60_000:
        probe += 1
        if offer(folder / f"probe-{probe}", rate, 10).grows:
            break
        best, rate = rate, rate + 2_500
    best = best or 7_500
    whole = offer(folder / "authorize", best, options.authorize_seconds)
    while whole.grows and best > 2_000:
        best -= 1_500
        whole = offer(folder / f"authorize-{best}", best, options.authorize_seconds)
    postgres, accepted = [], []
    with stage.Postgres(folder) as server:
        for turn in range(3):
            postgres.append(server.inserts_per_second(8))
            accepted.append(accept_once(folder / f"beside-{turn}", 5, 256)["per_second"])
            say(f"  PostgreSQL {postgres[-1]:.0f} rows/s, accepted {accepted[-1]:.0f} orders/s")
    rows = statistics.median(postgres)
    return [
        at_least("authorize", f"authorized, {options.authorize_seconds} s, no growing queue",
                 whole.authorized if not whole.grows else 0, "orders/s", 15_000),
        Row("authorize", "202 at that rate, p50", whole.load["p50_ms"], "ms"),
        Row("authorize", "202 at that rate, p99", whole.load["p99_ms"], "ms"),
        Row("authorize", "processor time an order", whole.processor_us, "us"),
        Row("authorize", "PostgreSQL inserts", rows, "rows/s"),
        at_least("authorize", "authorized to inserts", whole.authorized / rows, "", 1.5),
        at_least("authorize", "accepted to inserts", statistics.median(accepted) / rows, "", 4),
    ]


# ---- memory and restart

class Million:
    """A system in which a million orders wait; filled once for whoever asks."""

    def __init__(self):
        self.spillway = None
        self.growth = {}

    def get(self, folder):
        if self.spillway is None:
            self.spillway = stage.Spillway(folder / "million")
            self.spillway.start()
            before = self.spillway.memory()
            say(f"  {WAITING} orders come in")
            load = stage.order_load(self.spillway.port, count=WAITING, connections=256)
            result = json.loads(load.communicate()[0])
            if result["accepted"] != WAITING:
                raise RuntimeError(f"not all were accepted: {result}")
            size.wait_for_views(self.spillway)
            after = self.spillway.memory()
            self.growth = {name: after[name] - before[name] for name in after}
            must_wait(self.spillway)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.spillway:
            self.spillway.stop(signal.SIGKILL)


def must_wait(spillway):
    stage.wait_until(lambda: spillway.queue_lengths()["authorization"] == WAITING, 10,
                     f"{WAITING} orders wait")


def memory(folder, options):
    growth = options.million.get(folder).growth
    return [
        at_most("memory", "RssAnon a waiting order", growth["RssAnon"] / WAITING, "bytes", 200),
        Row("memory", "RssFile a waiting order (pages of the data files)",
            growth["RssFile"] / WAITING, "bytes"),
    ]


def restart(folder, options):
    spillway = options.million.get(folder).spillway
    seconds = {}
    for name in ("views current", "views deleted"):
        spillway.stop(signal.SIGKILL)
        if name == "views deleted":
            shutil.rmtree(spillway.folder / "data" / "views")
        seconds[name] = spillway.start()
        must_wait(spillway)
        size.wait_for_views(spillway)
        say(f"  ready in {seconds[name]:.2f} s, {name}")
    return [at_most("restart", f"ready with {WAITING} open orders, {name}", taken, "s", 10)
            for name, taken in seconds.items()]


def nodes(folder, options):
    return cluster.measure(folder, Row, at_least, at_most)


def loss(folder, options):
    return node_loss.measure(folder, Row, at_most)


def of_size(measure):
    return lambda folder, options: measure(folder, options, Rows(Row, at_least, at_most))


ALL = {"accept": accept, "single": single, "tls": tls, "authorize": authorize, "nodes": nodes,
       "loss": loss, "memory": memory, "restart": restart,
       **{measure.__name__: of_size(measure)
          for measure in (size.stored, size.inquiry, size.fair, crowds.crowd, size.overload)}}
