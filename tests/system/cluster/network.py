"""Machines made of network namespaces, with cables that can be cut.

The test itself runs in a namespace of its own, beside the first system and the relay centre. Each
other machine has two cables to it: one to the first system, one to the relay centre. Nothing of it
is left when the processes have ended.
"""

import os
import shutil
import subprocess
import sys

from cluster import Machine, run

from processes import wait_until

INSIDE = "SPILLWAY_OWN_NETWORK"


def enter_own_network(skip):
    """The process goes on in a network of its own, or is skipped."""
    if os.environ.get(INSIDE):
        run("ip", "link", "set", "lo", "up")
        return
    for tool in ("ip", "unshare", "nsenter"):
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
    unshare = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    tried = subprocess.run([*unshare, "ip", "link", "add", "near", "type", "veth", "peer",
                            "name", "far"],
                           capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        skip(f"no network namespaces here: {tried.stderr.strip()}")
    os.environ[INSIDE] = "1"
    os.execvp("unshare", [*unshare, sys.executable, "-B", *sys.argv])


class FarMachine(Machine):
    """The `number`-th machine behind cables."""

    CABLES = {"to-system": 77, "to-relay": 78}

    def __init__(self, number):
        super().__init__(f"10.77.{number}.1", f"10.78.{number}.1")
        self.number = number
        self.keeper = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "unshare", "--net",
                                        "sleep", "infinity"])
        self.namespace = f"/proc/{self.keeper.pid}/ns/net"
        own = os.readlink("/proc/self/ns/net")
        wait_until("a namespace", lambda: os.readlink(self.namespace) != own)
        for cable, net in self.CABLES.items():
            here, there = f"10.{net}.{number}.1/24", f"10.{net}.{number}.2/24"
            run("ip", "link", "add", f"{cable}{number}", "type", "veth", "peer", "name", cable,
                "netns", self.keeper.pid)
            run("ip", "address", "add", here, "dev", f"{cable}{number}")
            self.run("ip", "address", "add", there, "dev", cable)
            run("ip", "link", "set", f"{cable}{number}", "up")
            self.run("ip", "link", "set", cable, "up")

    def command(self, command):
        return ["nsenter", f"--net={self.namespace}", *command]

    def run(self, *command):
        run(*self.command([str(part) for part in command]))

    def set_cable(self, cable, state):
        """up, or down: cut both ways"""
        run("ip", "link", "set", f"{cable}{self.number}", state)

    def set_way_there(self, cable, change):
        """add or delete what swallows all that goes from here to there."""
        run("ip", "route", change, "blackhole", f"10.{self.CABLES[cable]}.{self.number}.2/32")

    def set_way_back(self, cable, change):
        self.run("ip", "route", change, "blackhole", f"10.{self.CABLES[cable]}.{self.number}.1/32")
