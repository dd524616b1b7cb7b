#!/usr/bin/env python3
"""Kills `spillway rotate-master-key` and `rotate-signing-key` before each call that changes the disk.

After every kill the data must verify, and the command must go through when it is called again.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

CALLS = ["write", "fsync", "rename", "link", "unlink"]
MASTERS = {"SPILLWAY_MASTER_KEY": "ab" * 32, "SPILLWAY_NEXT_MASTER_KEY": "cd" * 32}
KILLED = -9


def run(arguments, masters, inject=None):
    environment = {name: value for name, value in os.environ.items() if name not in MASTERS}
    environment.update(masters)
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={inject[0]}",
             "-e", f"inject={inject[0]}:signal=KILL:when={inject[1]}"] if inject else []
    return subprocess.run(trace + [str(argument) for argument in arguments], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def expect(done, what):
    if done.returncode != 0:
        sys.exit(f"{what}: exit code {done.returncode}: {done.stdout}")


def opens(spillway, data, masters):
    """Whether the data verifies under one of these environments."""
    return [m for m in masters if run([spillway, "verify", "--data", data], m).returncode == 0]


def try_kills(spillway, golden, work, command, in_environment):
    """Kills the command at the n-th call of each kind, for every n until it comes through."""
    old = {"SPILLWAY_MASTER_KEY": MASTERS["SPILLWAY_MASTER_KEY"]} if in_environment else {}
    new = {"SPILLWAY_MASTER_KEY": MASTERS["SPILLWAY_NEXT_MASTER_KEY"]} if in_environment else {}
    changes_master = command == "rotate-master-key"
    given = MASTERS if in_environment and changes_master else old
    after = new if changes_master else old
    kills = 0
    for call in CALLS:
        when = 0
        while True:
            when += 1
            data = work / f"{command}-{in_environment}-{call}-{when}"
            shutil.copytree(golden, data)
            done = run([spillway, command, "--data", data], given, (call, when))
            place = f"{command} killed at {call} {when}, environment: {in_environment}"
            if done.returncode == 0:
                shutil.rmtree(data)
                break
            if done.returncode not in (KILLED, 128 + 9):
                sys.exit(f"{place}: exit code {done.returncode}: {done.stdout}")
            kills += 1
            good = opens(spillway, data, [old, after] if old != after else [old])
            if len(good) != 1:
                sys.exit(f"{place}: the data opens under {len(good)} of the keys")
            if good[0] == old:
                expect(run([spillway, command, "--data", data], given), f"{place}, called again")
            expect(run([spillway, "verify", "--data", data], after), f"{place}, in the end")
            # Whoever changes keys the next time takes away what the killed one has left.
            expect(run([spillway, "rotate-signing-key", "--data", data], after),
                   f"{place}, the next change")
            left = sorted(path.name for path in (data / "keys").iterdir()
                          if path.suffix in (".next", ".new", ".dead"))
            if left:
                sys.exit(f"{place}: left behind {left}")
            shutil.rmtree(data)
    return kills


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--spillway", required=True, type=pathlib.Path)
    arguments.add_argument("--golden", required=True, type=pathlib.Path)
    arguments.add_argument("--folder", required=True, type=pathlib.Path)
    arguments = arguments.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    arguments.folder.mkdir(parents=True)
    os.umask(0o077)
    masters = {True: {"SPILLWAY_MASTER_KEY": MASTERS["SPILLWAY_MASTER_KEY"]}, False: {}}
    kills = 0
    for in_environment, given in masters.items():
        old = arguments.folder / f"golden-{in_environment}"
        data = arguments.folder / f"data-{in_environment}"
        (old / "journal").mkdir(parents=True)
        (old / "keys").mkdir()
        for name, path in (("journal.mdb", "journal/data.mdb"),
                           ("card-epoch-0001.key", "keys/card-epoch-0001.key")):
            shutil.copyfile(arguments.golden / name, old / path)
            (old / path).chmod(0o600)
        first = "aa" * 32
        expect(run([arguments.spillway, "restore", "--from", old, "--data", data],
                   {"SPILLWAY_MASTER_KEY": first}), "the golden folder")
        if in_environment:
            expect(run([arguments.spillway, "rotate-master-key", "--data", data],
                       {"SPILLWAY_MASTER_KEY": first,
                        "SPILLWAY_NEXT_MASTER_KEY": given["SPILLWAY_MASTER_KEY"]}), "to begin with")
        else:
            # From the environment into a file, as a person does it.
            master = data / "keys" / "master.key"
            master.write_bytes(bytes.fromhex(first))
        for command in ("rotate-master-key", "rotate-signing-key"):
            kills += try_kills(arguments.spillway, data, arguments.folder, command, in_environment)
    shutil.rmtree(arguments.folder)
    print(f"killed {kills} times")
    if kills < 20:
        sys.exit("that is too few: the calls are named otherwise here")


if __name__ == "__main__":
    main()
