#!/usr/bin/env python3
"""Brings the real binary into each state that an alert is for, and has the rules evaluated on what
/metrics shows then.

    alerts_test.py STORY --spillway BINARY --folder FOLDER
    alerts_test.py --list     checks that each alert has a story in which it fires

A healthy system fires none. Exit code 77: this machine cannot tell the story, and it says why.
"""

import argparse
import pathlib
import shutil
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "crash"), str(HERE.parent / "cluster")]

import faults  # noqa: E402
import prometheus  # noqa: E402
from processes import Failed  # noqa: E402

SKIPPED = 77


def check_each_has_a_story():
    fired = {alert for story in faults.STORIES.values() for alert in story.fires}
    rules = set(prometheus.rules())
    if fired != rules:
        raise Failed(f"without a story: {sorted(rules - fired)}; without a rule: {sorted(fired - rules)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("story", nargs="?", choices=faults.STORIES)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--spillway", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        if arguments.list:
            return check_each_has_a_story()
        for needed in ("promtool", *faults.STORIES[arguments.story].needs):
            if shutil.which(needed) is None:
                print(f"skipped: {needed} is not installed")
                return sys.exit(SKIPPED)
        folder = arguments.folder.resolve()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        began = time.monotonic()
        states = faults.STORIES[arguments.story].tell(arguments.spillway.resolve(), folder)
        prometheus.check(folder, states)
        print(f"{arguments.story}: well, in {time.monotonic() - began:.1f} s")
    except Failed as failed:
        sys.exit(f"{arguments.story}: {failed}")


if __name__ == "__main__":
    main()
