"""Pytest plugin that notes which suites ran; as a program it fails when one did not, or a test was left out."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

SUMMARY = Path(__file__).resolve().parent.parent / "var" / "tests.json"
# Markers of the suites that need something from the system, and so could be left out without a sound.
REQUIRED = ("postgres", "browser", "saml", "card")


class Recorder:
    def __init__(self):
        self.outcomes = Counter()
        self.suites = Counter()
        self.left_out = []

    def pytest_runtest_logreport(self, report):
        if report.outcome == "skipped" or hasattr(report, "wasxfail"):
            self.outcomes["xfailed" if hasattr(report, "wasxfail") else "skipped"] += 1
            self.left_out.append([report.nodeid, reason_of(report)])
        elif report.when == "call" or report.failed:
            self.outcomes[report.outcome] += 1
            self.suites.update(marker for marker in REQUIRED if report.passed and marker in report.keywords)

    def pytest_collectreport(self, report):
        if report.outcome == "skipped":
            self.outcomes["skipped"] += 1
            self.left_out.append([report.nodeid, reason_of(report)])

    def pytest_deselected(self, items):
        self.outcomes["deselected"] += len(items)

    def pytest_sessionfinish(self):
        SUMMARY.parent.mkdir(exist_ok=True)
        record = {"outcomes": self.outcomes, "suites": self.suites, "left_out": self.left_out}
        SUMMARY.write_text(json.dumps(record, indent=1))


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # with xdist, only the process that hears of every test
        SUMMARY.unlink(missing_ok=True)
        config.pluginmanager.register(Recorder(), "parvis-suites")


def reason_of(report):
    if hasattr(report, "wasxfail"):
        return report.wasxfail or "expected to fail"
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def main():
    if not SUMMARY.exists():
        print("No summary of the tests: they did not run to their end.")
        return 1
    record = json.loads(SUMMARY.read_text())
    complaints = [f"left out: {name} ({reason})" for name, reason in record["left_out"]]
    complaints += [
        f"no test of the suite `{suite}` passed" for suite in REQUIRED if not record["suites"].get(suite)
    ]
    if record["outcomes"].get("deselected"):
        complaints.append(f"{record['outcomes']['deselected']} tests were deselected")
    print("\n".join(complaints) or "Every suite ran, no test was left out.")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
