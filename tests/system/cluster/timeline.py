"""A cluster's life as lines of text: what was done, what the first system logs of its nodes, and
each second how many orders came, were authorized and wait, and how each node does."""

import collections
import datetime
import json
import re
import threading
import time

from shop import Client

# Of the first system's log.
EVENTS = ("node_joined", "node_rate", "node_drains", "node_left", "node_lost", "node_refused")
COUNTS = {"arrived": r"^spillway_orders_accepted_total (\S+)",
          "authorized": r'^spillway_orders_outcome_total{status="authorized"} (\S+)',
          "waiting": r'^spillway_queue_length{queue="authorization",relay="east"} (\S+)',
          "in doubt": r'^spillway_queue_length{queue="in_doubt",relay="east"} (\S+)'}
HEAD = "    s  arrived/s  authorized/s  waiting  in doubt   nodes: rate/s, permits, in flight, epoch"


class Timeline:
    """Used as a context, within which it is written."""

    def __init__(self, world, address):
        self.world = world
        self.client = Client(address, world.OPERATOR_KEY)
        self.began = time.monotonic()
        self.lock = threading.Lock()
        self.counts = dict.fromkeys(COUNTS, 0)
        self.logged = 0
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        print("\n" + HEAD)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()
        self.client.close()

    def waiting(self):
        return self.counts["waiting"]

    def say(self, what):
        with self.lock:
            print(f"{time.monotonic() - self.began:5.1f}  {what}", flush=True)

    def quote(self, text):
        with self.lock:
            for line in text.splitlines():
                print(f"       {line}", flush=True)

    def wait(self, seconds):
        time.sleep(seconds)

    # ---- What is seen ----

    def watch(self):
        last = self.look()
        while not self.ends.wait(1):
            now = self.look()
            self.tell_log()
            self.say(self.line(last, now))
            last = now

    def look(self):
        _, _, metrics = self.client.ask("GET", "/metrics")
        for name, pattern in COUNTS.items():
            found = re.search(pattern, metrics, re.MULTILINE)
            self.counts[name] = int(float(found.group(1))) if found else 0
        _, _, nodes = self.client.ask("GET", "/v1/nodes")
        return time.monotonic(), dict(self.counts), nodes["nodes"]

    def line(self, last, now):
        seconds = now[0] - last[0]
        came, done = ((now[1][name] - last[1][name]) / seconds for name in ("arrived", "authorized"))
        nodes = "   ".join(node_text(node) for node in now[2])
        return f"{came:9.0f} {done:13.0f} {now[1]['waiting']:8} {now[1]['in doubt']:9}   {nodes}"

    def tell_log(self):
        lines = self.world.engine.log()
        for line in lines[self.logged:]:
            if any(f"event={event} " in line for event in EVENTS):
                at = re.search(r"time=(\S+)Z", line).group(1)
                logged_at = datetime.datetime.fromisoformat(at + "+00:00").timestamp()
                ago = time.time() - logged_at
                with self.lock:
                    print(f"{time.monotonic() - self.began - ago:5.1f}    log: "
                          + line[line.index("event="):], flush=True)
        self.logged = len(lines)


def node_text(node):
    rate = sum(line["per_second"] for line in node["lines"])
    ours = sum(line["ours"] for line in node["lines"])
    state = "" if node["state"] == "joined" else f" {node['state']}"
    return f"{node['node']}{state}: {rate:.0f}, {node['permits']}, {ours}, {node['epoch']}"


# ---- The relay centre's ledger ----

def count_by_order(requests):
    return collections.Counter(request["amount"] for request in requests)


def most_in_a_second(requests):
    """By line, the most requests that came in any second."""
    times = collections.defaultdict(list)
    for request in requests:
        at = datetime.datetime.fromisoformat(request["at"].replace("Z", "+00:00"))
        times[request["line"]].append(at.timestamp())
    most = {}
    for line, all_times in times.items():
        all_times.sort()
        begin = 0
        for end, at in enumerate(all_times):
            while at - all_times[begin] >= 1:
                begin += 1
            most[line] = max(most.get(line, 0), end - begin + 1)
    return most


