"""The processes of a crash test: the relay centre, which survives, and the engine, which does not.

Everything that they write lies in one folder: data, ledger, standard output and error.
"""

import os
import re
import signal
import subprocess
import time

STRACE_WHEN_MAX = 65_535


class Failed(Exception):
    """What was promised did not hold."""


def wait_until(what, condition, deadline=30.0, pause=0.01):
    """Polls until `condition` gives something true, and returns that."""
    give_up = time.monotonic() + deadline
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > give_up:
            raise Failed(f"{what}: not within {deadline:.0f} s")
        time.sleep(pause)


class Fault:
    """What strace does to the process at the n-th `call` that one of its threads makes.

    `path`: only calls on this file count. A killed process dies before the call is made.
    """

    def __init__(self, call, when, effect="signal=KILL", path=None):
        self.call = call
        self.when = min(when, STRACE_WHEN_MAX)
        self.effect = effect
        self.path = path

    def command(self, trace):
        # -D: the tracer is the grandchild, so that the engine's end is seen as it is.
        # -s 0: nothing of what is written shows in the trace.
        command = ["strace", "-D", "-f", "-qq", "-s", "0", "-o", str(trace),
                   "-e", f"trace={self.call}"]
        if self.path:
            command += ["-P", str(self.path)]
        return command + ["-e", f"inject={self.call}:{self.effect}:when={self.when}"]

    def __str__(self):
        return f"{self.effect} at {self.call} {self.when}"


class Process:
    """A `spillway` in the foreground. Its output goes to FOLDER/NAME.out and NAME.err."""

    def __init__(self, binary, arguments, folder, name, fault=None, environment=None,
                 inside=lambda command: command):
        """`inside`: makes a command that runs in another network namespace."""
        self.out = folder / f"{name}.out"
        self.err = folder / f"{name}.err"
        self.trace = folder / f"{name}.strace"
        # Whatever becomes of this test, its processes do not outlive it.
        command = ["setpriv", "--pdeathsig", "KILL",
                   *(fault.command(self.trace) if fault else []),
                   *inside([str(binary), *arguments])]
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=err, cwd=folder,
                                          env={**os.environ, **(environment or {})})

    def wait_until_ready(self, pattern):
        """The address in its ready line; None when it ended before."""
        def look():
            ended = self.ended()  # before its output is read, which then is whole
            found = re.search(pattern, self.out.read_text())
            return [found.group(1)] if found else [None] if ended else None
        return wait_until(f"{self.out.name} says that it is ready", look)[0]

    def ended(self):
        return self.popen.poll() is not None

    def wait(self, deadline=30.0):
        """Its exit code; -9 when a SIGKILL ended it."""
        try:
            return self.popen.wait(deadline)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.out.stem} did not end within {deadline:.0f} s") from None

    def send(self, what):
        if not self.ended():
            self.popen.send_signal(what)

    def wait_after(self, what):
        self.send(what)
        return self.wait()

    def log(self):
        """Its log's complete lines so far."""
        text = self.err.read_text(errors="replace")
        return text[:text.rfind("\n") + 1].splitlines()

    def last_words(self):
        return "\n".join(self.err.read_text(errors="replace").splitlines()[-5:])


CONFIGURATION = """\
[server]
listen = "127.0.0.1:0"
data = "data"

[[shops]]
id = 1
name = "Crash"
key_hashes = ["{key_hash}"]
mail_from = "orders@crash.example"
merchant = "000000012345678"
terminal = "CRASH001"

[[relays]]
id = 1
name = "east"
host = "127.0.0.1"
port = {relay_port}
acquirer = "123456"
companies = ["VISA", "MASTERCARD"]
recognises_repeats = {recognises_repeats}
answer_time_max = "300ms"
late_window = "1s"
doubt_tries_max = 2
"""


class World:
    """One folder, the relay centre that works in it, and one engine after the other."""

    SHOP_KEY = "sk_crash_test_not_for_production_use"
    RELAY_LISTEN = "127.0.0.1:0"

    def __init__(self, binary, folder, recognises_repeats=True, relay_arguments=()):
        self.binary = binary
        self.folder = folder
        self.data = folder / "data"
        self.ledger = folder / "ledger.jsonl"
        self.recognises_repeats = recognises_repeats
        self.engine = None
        self.environment = {}  # of the engines to come, beside our own
        self.lives = 0
        self.relay = Process(binary, ["relay", "--listen", self.RELAY_LISTEN, "--ledger",
                                      str(self.ledger), *relay_arguments], folder, "relay")
        try:
            address = self.relay.wait_until_ready(r"ready on (\S+)\n")
            if address is None:
                raise Failed("the relay centre does not start: " + self.relay.last_words())
            self.configure(int(address.rsplit(":", 1)[1]))
        except BaseException:
            self.end()
            raise

    def configure(self, relay_port):
        hashed = subprocess.run([self.binary, "hash-key"], input=self.SHOP_KEY, text=True,
                                capture_output=True, check=True, timeout=30)
        (self.folder / "spillway.toml").write_text(CONFIGURATION.format(
            key_hash=hashed.stdout.strip(), relay_port=relay_port,
            recognises_repeats=str(self.recognises_repeats).lower()))

    def start(self, fault=None):
        """Starts an engine; its host and port, or None when it ended before it was ready."""
        self.lives += 1
        self.engine = Process(self.binary, ["serve", "--config", "spillway.toml"], self.folder,
                              f"engine-{self.lives}", fault, self.environment)
        address = self.engine.wait_until_ready(r"ready on http://(\S+)\n")
        if address is None:
            return None
        host, port = address.rsplit(":", 1)
        return host, int(port)

    def calls_failed(self):
        """Whether strace let any call of the last engine fail."""
        return "(INJECTED)" in self.engine.trace.read_text()

    def stop(self):
        """Asks the engine to stop, as an operator does."""
        self.engine.send(signal.SIGTERM)
        code = self.engine.wait()
        if code != 0:
            raise Failed(f"SIGTERM: exit code {code}: {self.engine.last_words()}")

    def verify(self):
        checked = subprocess.run([self.binary, "verify", "--data", str(self.data)], text=True,
                                 capture_output=True, check=False, timeout=120)
        (self.folder / "verify.out").write_text(checked.stdout + checked.stderr)
        if checked.returncode != 0:
            raise Failed(f"spillway verify: exit code {checked.returncode}: {checked.stderr}")

    def end(self):
        for process in (self.engine, self.relay):
            if process:
                process.send(signal.SIGKILL)
                process.wait()

    def ledger_lines(self):
        return self.ledger.read_text().splitlines()
