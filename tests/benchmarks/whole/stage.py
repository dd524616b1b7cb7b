"""What is measured and what it is measured against, as processes on the loopback: Spillway, its
sandbox relay centre, nginx, PostgreSQL, wrk. All that is started here is stopped here."""

import contextlib
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent.parent
TOP = HERE.parent.parent
BUILD = TOP / "build" / "release"
PACKAGES = ["wrk", "nginx", "postgresql", "postgresql-contrib", "slowhttptest"]
KEY = "sk_benchmark_not_for_production_use"
CALM_KEY = "sk_benchmark_of_the_calm_shop_00"
# As long as our own answer.
CONSTANT_ANSWER = (
    '{"order":"CNGA-QHGX-7VV9","status":"received",'
    '"received_at":"2026-11-21T23:41:14.244977Z","message":"Your order has been received",'
    '"notice":"The result of the verification of your credit card will be sent by e-mail"}'
)


def say(text):
    print(text, flush=True)


def prepare():
    """Installs the packages that are missing and builds what is measured."""
    missing = [
        name
        for name in PACKAGES
        if subprocess.run(["dpkg-query", "-W", "-f=${Status}", name], capture_output=True,
                          text=True).stdout != "install ok installed"
    ]
    if missing:
        say(f"installing {' '.join(missing)}")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        root = [] if os.geteuid() == 0 else ["sudo"]
        subprocess.run([*root, "apt-get", "install", "-y", "-q", *missing], check=True,
                       env=environment, stdout=subprocess.DEVNULL)
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=TOP, check=True,
                       stdout=subprocess.DEVNULL)
    targets = ["spillway", "spillway-load", "benchmark_order_load", "benchmark_crowd",
               "benchmark_sync_time", "benchmark_node_link"]
    subprocess.run(["cmake", "--build", BUILD, "--target", *targets], check=True,
                   stdout=subprocess.DEVNULL)


def program(name):
    found = [path for path in (BUILD / name, BUILD / "tests" / "benchmarks" / name)
             if path.exists()]
    return str(found[0])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds, what):
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(0.002)


def accepts_connections(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def running(command, log, **how):
    """A process that ends with the block."""
    with open(log, "ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, **how)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def scratch_folder():
    """On the disk, not in memory: what is synced there costs what it costs."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="spillway-benchmark-", dir="/var/tmp"))
    folder.chmod(0o755)  # PostgreSQL's user goes through it
    kind = subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", folder], capture_output=True,
                          text=True).stdout.strip()
    try:
        if kind in ("tmpfs", "ramfs"):
            raise RuntimeError("/var/tmp is in memory; the figures would say nothing")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_certificate(folder, kind):
    """A key and its own certificate; gives the configuration's table for it."""
    certificate, key = folder / "server.pem", folder / "server.key"
    how = {"EC": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
           "RSA": ["-newkey", "rsa:2048"]}[kind]
    subprocess.run(["openssl", "req", "-x509", *how, "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-keyout", key, "-out", certificate], check=True,
                   capture_output=True)
    key.chmod(0o600)
    return f'[server.tls]\ncertificate = "{certificate}"\nkey = "{key}"'


class Spillway:
    """`spillway serve` in `folder`, whose data folder stays there from start to start."""

    def __init__(self, folder, relay_port=None, tls=None, flood_limits="", pacing="", tables=""):
        """`tls`: a key as openssl names it, "EC" or "RSA"; HTTPS with it. `flood_limits`: of the
        shop that KEY is of. `pacing`: of the relay centre. `tables`: further ones."""
        self.folder = folder
        self.folder.mkdir()
        self.port = free_port()
        self.scheme = "https" if tls else "http"
        self.context = ssl._create_unverified_context() if tls else None
        server_tls = make_certificate(folder, tls) if tls else ""
        self.process = None
        key_hash, calm_hash = (
            subprocess.run([program("spillway"), "hash-key"], input=key, check=True,
                           capture_output=True, text=True).stdout.strip()
            for key in (KEY, CALM_KEY))
        # Without a relay's port nobody listens there: no permits, every order waits. Nobody
        # listens where mails go either: they become due, and wait in the durable outbox.
        (folder / "spillway.toml").write_text(f'''
[server]
listen = "127.0.0.1:{self.port}"
data = "{folder}/data"
{server_tls}
[[shops]]
id = 1
name = "Benchmark"
key_hashes = ["{key_hash}"]
mail_from = "orders@benchmark.example"
merchant = "000000012345678"
terminal = "BENCH001"
{flood_limits}
[[shops]]
id = 2
name = "Calm"
key_hashes = ["{calm_hash}"]
mail_from = "calm@benchmark.example"
merchant = "000000012345679"
terminal = "BENCH002"
[[relays]]
id = 1
name = "east"
host = "127.0.0.1"
port = {relay_port or free_port()}
acquirer = "123456"
companies = ["VISA", "MASTERCARD", "JCB", "AMEX", "DINERS"]
line_outstanding_max = 4096
{pacing}
[mail]
kind = "smtp"
url = "smtp://127.0.0.1:{free_port()}"
[log]
level = "error"
{tables}
''')

    def start(self):
        """Gives the seconds until it takes orders."""
        began = time.monotonic()
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [program("spillway"), "serve", "--config", self.folder / "spillway.toml"],
                stdout=log, stderr=log)
        wait_until(self.is_ready, 300, "spillway is ready")
        return time.monotonic() - began

    def is_ready(self):
        if self.process.poll() is not None:
            raise RuntimeError("spillway ended: " + (self.folder / "log").read_text()[-2000:])
        try:
            with self.ask("/readyz", 10):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(120)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder / "data", ignore_errors=True)

    def ask(self, path, timeout):
        return urllib.request.urlopen(f"{self.scheme}://127.0.0.1:{self.port}{path}",
                                      timeout=timeout, context=self.context)

    def metrics(self):
        """Each series of /metrics, "name{labels}" to its value."""
        with self.ask("/metrics", 30) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in lines if line and line[0] != "#")}

    def queue_lengths(self):
        """By name, over all relay centres."""
        lengths = {}
        for series, value in self.metrics().items():
            if found := re.match(r'spillway_queue_length\{queue="(\w+)"', series):
                lengths[found[1]] = lengths.get(found[1], 0) + int(value)
        return lengths

    def memory(self):
        """Bytes resident: {"RssAnon": …, "RssFile": …}."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return {name: int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024
                for name in ("RssAnon", "RssFile")}

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def relay_centre(folder, ledger=None, latency="0"):
    """A sandbox relay centre as a process of its own; gives its port. `ledger`: the file in which
    it says what it got."""
    port = free_port()
    command = [program("spillway"), "relay", "--listen", f"127.0.0.1:{port}", "--latency", latency]
    command += ["--ledger", ledger] if ledger else []
    with running(command, folder / "relay.log"):
        wait_until(lambda: accepts_connections(port), 10, "the relay centre listens")
        yield port


@contextlib.contextmanager
def nginx(folder):
    """nginx with one worker, answering a constant 202; gives its port. One, because the load takes
    the other of two cores: with two workers it is a few per cent slower here."""
    port = free_port()
    paths = "".join(f"{kind}_temp_path {folder}/nginx-{kind}; "
                    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f'''
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_requests 1000000000; {paths}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      default_type application/json;
      add_header Location /v1/orders/CNGA-QHGX-7VV9;
      return 202 '{CONSTANT_ANSWER}';
    }}
  }}
}}''')
    command = ["nginx", "-e", folder / "nginx.log", "-c", folder / "nginx.conf", "-p", folder]
    with running(command, folder / "nginx.out"):
        wait_until(lambda: accepts_connections(port), 10, "nginx listens")
        yield port


def wrk(port, connections, seconds, scheme="http"):
    """One thread's load of orders, as order_post.lua prints it."""
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s", "-s",
         HERE / "order_post.lua", f"{scheme}://127.0.0.1:{port}/v1/orders", "--", KEY],
        check=True, capture_output=True, text=True).stdout
    result = json.loads(re.search(r"^JSON (.*)$", output, re.M)[1])
    result["per_second"] = result["requests"] / result["seconds"]
    return result


def requests_each_on_its_own(spillway, seconds):
    """Requests a second, each on a connection of its own: what connecting costs."""
    output = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{seconds}s", "-H", "Connection: close",
         f"{spillway.scheme}://127.0.0.1:{spillway.port}/healthz"],
        check=True, capture_output=True, text=True).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def order_load(port, key=KEY, **options):
    """Starts benchmark_order_load; `json.loads` of its output is the result. A flag is True."""
    arguments = [text for name, value in options.items()
                 for text in ([f"--{name}"] if value is True else [f"--{name}", str(value)])]
    return subprocess.Popen([program("benchmark_order_load"), "--port", str(port), "--key", key,
                             *arguments], stdout=subprocess.PIPE, text=True)


def sync_time(folder):
    output = subprocess.run([program("benchmark_sync_time"), folder], check=True,
                            capture_output=True, text=True).stdout
    return json.loads(output)


class Postgres:
    """A cluster of its own with default settings, on a socket in its folder."""

    def __init__(self, folder):
        self.bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.folder = folder / "postgres"
        self.folder.mkdir()
        # PostgreSQL refuses to run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres")
        self.name = "postgres" if self.user else pwd.getpwuid(os.geteuid()).pw_name

    def run(self, tool, *arguments):
        return subprocess.run([*self.user, self.bin / tool, *arguments], check=True,
                              capture_output=True, text=True, cwd=self.folder).stdout

    def __enter__(self):
        data = self.folder / "data"
        self.run("initdb", "-D", data, "-U", self.name, "-A", "trust")
        self.run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o",
                 f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'", "start")
        self.sql("CREATE TABLE orders (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                 "shop int, reference text, amount bigint, currency char(3), "
                 "received_at timestamptz, body text)")
        # About 400 bytes a row.
        body = CONSTANT_ANSWER.replace("'", "").replace(":", " ") + "x" * 110
        script = self.folder / "insert.sql"
        script.write_text(
            "\\set name random(1, 1000000000000)\n"
            "INSERT INTO orders (shop, reference, amount, currency, received_at, body) "
            f"VALUES (1, 'B-' || :name, 4950, 'JPY', now(), '{body}');\n")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def sql(self, text):
        return self.run("psql", "-h", self.folder, "-U", self.name, "-At", "-c", text, "postgres")

    def inserts_per_second(self, seconds):
        output = self.run("pgbench", "-h", self.folder, "-U", self.name, "-n", "-M", "prepared",
                          "-c", "64", "-j", "2", "-T", str(seconds), "-f",
                          self.folder / "insert.sql", "postgres")
        return float(re.search(r"tps = ([\d.]+)", output)[1])
