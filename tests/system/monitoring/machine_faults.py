"""Disks, readers, descriptors, certificates and nodes: what is around the process, and its end."""

import http.client
import pathlib
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time

from cluster import Cluster
from fleet import Fleet, at_least, in_world, start_with
from processes import Failed, World
from prometheus import going_on, one_after_the_other
from shop import Client


class SlowSyncs:
    """As processes.Fault: each sync of the journal takes 0.4 s longer."""

    def __init__(self, path):
        self.path = path

    def command(self, trace):
        return ["strace", "-D", "-f", "-qq", "-s", "0", "-o", str(trace), "-e", "trace=fdatasync",
                "-P", str(self.path), "-e", "inject=fdatasync:delay_enter=400000"]


@in_world(World)
def slow_disk(world):
    fleet = Fleet(world)
    world.stop()  # there is a journal now
    fleet.start(fault=SlowSyncs(world.data / "journal/data.mdb"))
    return [("the disk is slow", fleet.where_it_goes(fleet.order), SLOW_DISK)]


SLOW_DISK = ("SpillwayDiskSlow", "SpillwayAcceptanceSlow")


@in_world(World)
def long_readers(world):
    """A reader of the views never ends, and then keeps the engine from writing them."""
    fleet = Fleet(world)
    reader = subprocess.Popen(
        [sys.executable, "-B", str(pathlib.Path(__file__).with_name("lmdb_reader.py")),
         str(world.data / "views")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        said = reader.stdout.readline()
        if said != "reads\n":
            raise Failed(f"the reader says {said!r}")
        fleet.order()
        fleet.wait_for("the reader is seen", lambda scrape: scrape.value(
            "spillway_data_file_reader_age_seconds", 'file="views"') > 0)
        reader.stdin.write("\n")
        reader.stdin.flush()
        reader.stdout.readline()
        fleet.order()
        fleet.wait_for("the views are behind", lambda scrape: scrape.value(
            "spillway_queue_oldest_age_seconds", 'queue="projection"') > 0.5)
        first = fleet.scrape()
        ages = (("spillway_data_file_reader_age_seconds", 'file="views"'),
                ("spillway_queue_oldest_age_seconds", 'queue="projection"'))
        second = fleet.wait_for("the reader and what waits grow older", lambda scrape: all(
            scrape.value(*age) > first.value(*age) for age in ages))
    finally:
        reader.kill()
        reader.wait()
    return [("a reader never ends", going_on(first, second), LONG_READERS)]


LONG_READERS = ("SpillwayReaderDoesNotEnd", "SpillwayViewsLag")


@in_world(Cluster)
def strangers(world):
    """A node that is lost, a relay centre that speaks no TLS, a certificate at its end."""
    certificate, key = world.folder / "server.pem", world.folder / "server.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "10", "-subj", "/CN=localhost",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    key.chmod(0o600)
    file = world.folder / "spillway.toml"
    no_tls = socketserver.ThreadingTCPServer(("127.0.0.1", 0), SpeaksNoTls)
    threading.Thread(target=no_tls.serve_forever, daemon=True).start()
    file.write_text(file.read_text().replace(
        'data = "data"\n',
        f'data = "data"\n[server.tls]\ncertificate = "{certificate}"\nkey = "{key}"\n').replace(
            f"port = {world.relay_port}\n",
            f'port = {no_tls.server_address[1]}\ntls = "required"\n'))
    fleet = SecureFleet(world)
    world.start_node("tokyo")
    fleet.wait_for("the node has joined", at_least("spillway_node_joined", 'node="tokyo"', 1))
    world.nodes["tokyo"].wait_after(signal.SIGKILL)
    first = fleet.wait_for("the node is lost", lambda scrape: scrape.value(
        "spillway_node_joined", 'node="tokyo"') == 0)
    failures = ("spillway_relay_tls_failures_total", 'relay="east"')
    second = fleet.wait_for("TLS fails", lambda scrape: scrape.value(*failures) >
                            first.value(*failures))
    no_tls.shutdown()
    return [("strangers", going_on(first, second), STRANGERS)]


STRANGERS = ("SpillwayNodeLost", "SpillwayRelayTlsFails", "SpillwayCertificateEnds")


class SpeaksNoTls(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(1)
        self.request.sendall(b"This is no TLS.\r\n")


class SecureFleet(Fleet):
    def start(self, **more):
        self.address = start_with(self.world, [])
        self.client = Client(self.address, self.world.SHOP_KEY)
        self.client.connection = http.client.HTTPSConnection(
            *self.address, timeout=20, context=ssl._create_unverified_context())


@in_world(World)
def restarts(world):
    scrapes = []
    for _ in range(4):
        fleet = Fleet(world)
        scrapes.append(fleet.scrape())
        world.engine.wait_after(signal.SIGKILL)
        time.sleep(0.02)  # the kernel counts the start in hundredths of a second
    return [("it starts again and again", one_after_the_other(scrapes), RESTARTS)]


RESTARTS = ("SpillwayStartsAgainAndAgain",)


@in_world(World)
def descriptors(world):
    most = 160
    world.start = lambda: start_with(world, ["prlimit", f"--nofile={most}:{most}"])
    fleet = Fleet(world)
    crowd = [socket.create_connection(fleet.address)]

    def come(scrape):
        crowd.append(socket.create_connection(fleet.address))
        return scrape.value("process_open_fds") > 0.85 * most
    fleet.wait_for("most descriptors are open", come)
    series = fleet.where_it_goes()
    for each in crowd:
        each.close()
    return [("descriptors run out", series, DESCRIPTORS)]


DESCRIPTORS = ("SpillwayDescriptorsRunOut",)
