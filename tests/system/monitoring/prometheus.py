"""Alert rules on what a running system showed: promtool (Debian's prometheus) evaluates them.

Two scrapes, a while apart, say how a system does and where it is going: each sample is taken to go on as
it went between them, for long enough that every rule's `for` is over. So a rule fires here when it fires
while the state that was scraped lasts.
"""

import json
import math
import pathlib
import re
import subprocess

from processes import Failed

RULES = pathlib.Path(__file__).resolve().parents[3] / "docs/monitoring/prometheus-alerts.yml"
STEP_S = 30
LASTS_STEPS = 160
LABELS = 'instance="shop:8080",job="spillway"'
# Seconds since 1970; promtool's time begins at 0.
CIVIL_TIMES = ("_timestamp_seconds", "_start_time_seconds")


def rules():
    """The names of all alerts."""
    return re.findall(r"^\s*- alert: (\w+)$", RULES.read_text(), re.MULTILINE)


class Scrape:
    def __init__(self, text, at):
        """`at`: seconds since 1970."""
        self.at = at
        self.samples = {}
        for name, labels, value in re.findall(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$", text, re.MULTILINE):
            number = float(value)
            self.samples[name, labels] = number - at if name.endswith(CIVIL_TIMES) else number
        self.samples["up", ""] = 1.0

    def value(self, name, labels=""):
        """Not a number, to which nothing compares, where there is none."""
        return self.samples.get((name, labels), math.nan)


DOWN = Scrape("", 0.0)
DOWN.samples = {("up", ""): 0.0}


def series_of(key, labels):
    return f"{key}{{{labels + ',' if labels else ''}{LABELS}}}"


def going_on(first, second):
    """Series of a state that lasts."""
    seconds = second.at - first.at
    series = []
    for (name, labels), value in second.samples.items():
        grown = value - first.samples.get((name, labels), 0.0)
        if name.endswith(CIVIL_TIMES):
            grown = 0.0
        step = grown / seconds * STEP_S
        series.append({"series": series_of(name, labels),
                       "values": f"{value:.9f}{'+' if step >= 0 else '-'}{abs(step):.9f}"
                                 f"x{LASTS_STEPS}"})
    return series


def one_after_the_other(scrapes):
    """Series that are the first scrape's for most of the time, and then each other one's for a step."""
    first, *others = scrapes
    held = LASTS_STEPS - len(others)
    return [{"series": series_of(name, labels),
             "values": " ".join([f"{value:.9f}x{held}",
                                 *(f"{other.samples.get((name, labels), value):.9f}"
                                   for other in others)])}
            for (name, labels), value in first.samples.items()]


def check(folder, states):
    """`states`: (its name, series, the alerts that have to fire; `None`: none at all)."""
    tests = []
    for name, series, firing in states:
        expressions = [(f'clamp_max(count(ALERTS{{alertname="{alert}",alertstate="firing"}}), 1)'
                        " or vector(0)", 1.0) for alert in firing or ()]
        if firing is None:
            expressions = [(f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
                            0.0) for alert in rules()]
        tests.append({"name": name, "interval": f"{STEP_S}s", "input_series": series,
                      "promql_expr_test": [
                          {"expr": expression, "eval_time": f"{LASTS_STEPS * STEP_S}s",
                           "exp_samples": [{"labels": "{}", "value": value}]}
                          for expression, value in expressions]})
    file = folder / "rules_test.yml"  # JSON is YAML
    file.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": f"{STEP_S}s",
                                "tests": tests}, indent=1))
    done = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True,
                          check=False, timeout=120)
    if done.returncode != 0:
        raise Failed(done.stdout + done.stderr)
