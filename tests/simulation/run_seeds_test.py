#!/usr/bin/env python3
"""run_seeds plays each seed once, goes on after those that fail, end their process or never end, and
lists them."""

import pathlib
import subprocess
import sys
import tempfile

RUN_SEEDS = pathlib.Path(__file__).resolve().parent / "run_seeds"

PROGRAM = """#!/usr/bin/env python3
import os, time
log = open({log!r}, "a")
for seed in range(int(os.environ["SPILLWAY_SEED_FROM"]), int(os.environ["SPILLWAY_SEED_END"])):
    print("playing", seed, flush=True)
    print(seed, file=log, flush=True)
    if seed == 107:
        print("broken an order was lost", flush=True)
    if seed == 111:
        print("spillway: stopped: something", flush=True)
        os.abort()
    if seed == 149:
        time.sleep(1000)
"""


def run(folder, *arguments):
    log = folder / "log"
    log.write_text("")
    program = folder / "program"
    program.write_text(PROGRAM.format(log=str(log)))
    program.chmod(0o755)
    done = subprocess.run([str(RUN_SEEDS), "--program", str(program), "--seed-time-max", "2",
                           *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, sorted(map(int, log.read_text().split()))


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    code, said, played = run(folder, "--jobs", "3", "100")
    assert (code, played) == (0, list(range(1, 101))), (code, said, played)
    assert "100 seeds played, 0 failed" in said, said

    code, said, played = run(folder, "--jobs", "2", "--from", "100", "120")
    assert (code, played) == (1, list(range(100, 220))), (code, said, played)
    assert "seed 107: an order was lost\n" in said, said
    assert "seed 111: the process ended with -6: spillway: stopped: something\n" in said, said
    assert "seed 149: the process ended with -9" in said, said
    assert said.endswith("120 seeds played, 3 failed: 107 111 149\n"), said

    (folder / "nothing").write_text("#!/bin/sh\nexit 0\n")
    (folder / "nothing").chmod(0o755)
    done = subprocess.run([str(RUN_SEEDS), "--program", str(folder / "nothing"), "10"],
                          capture_output=True, text=True)
    assert done.returncode == 1 and "did not play the seeds" in done.stderr, done
