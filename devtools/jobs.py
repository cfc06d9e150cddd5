# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run a checker or a test runner as a child process and count what it did; do several
things at the same time.
"""

import json
import os
import queue
import shutil
import subprocess
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from . import paths
from .console import say

_running: set[subprocess.Popen] = set()
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """A command to run in the project's folder.

    :param counts: True for a test runner, which must report at least one executed test
    :param whole: what is skipped would run nowhere, so that it counts as a failure
    :param key: gives a hash of everything the outcome depends on: while it is the same,
        what was good is not looked at again; an empty one says that it is not known
    """

    name: str
    command: Sequence[object]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    counts: bool = True
    whole: bool = False
    key: Callable[[], str] = str

    @property
    def log(self) -> Path:
        """Return the file that takes the output."""
        return paths.LOGS / f"{self.name}.log"

    @property
    def report(self) -> Path:
        """Return the file that takes the JUnit report."""
        return paths.LOGS / f"{self.name}.xml"

    @property
    def result(self) -> Path:
        """Return the file that says for which key the outcome was good, and the counts."""
        return paths.RESULTS / f"{self.name}.json"


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    :param kept: an earlier time, since when nothing has changed
    """

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    complaint: str = ""
    kept: bool = False

    @property
    def good(self) -> bool:
        """Tell whether everything in the job was all right."""
        return not self.failed and not self.complaint


def run(job: Job) -> Outcome:
    """Run a job to its end, print one line about it, and the whole output when it went
    wrong.
    """
    if found := kept(job):
        return found
    key = job.key()
    job.result.unlink(missing_ok=True)
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    job.report.unlink(missing_ok=True)
    words = [str(word) for word in job.command]
    if job.counts:
        words += [f"--junitxml={job.report}"]
    start = time.monotonic()
    with job.log.open("wb") as stream:
        process = subprocess.Popen(
            words,
            cwd=paths.ROOT,
            env=dict(job.environment),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    _running.add(process)
    status = process.wait()
    _running.discard(process)
    outcome = _outcome(job, status, time.monotonic() - start)
    # What was changed while it ran may have been seen or not.
    if key and outcome.good and job.key() == key:
        _keep(job, key, outcome)
    _print(job, outcome)
    return outcome


def kept(job: Job) -> Outcome | None:
    """Return the outcome of an earlier time if it still holds, and say so."""
    if not job.result.exists():
        return None
    found = json.loads(job.result.read_text())
    if found.pop("key") != job.key():
        return None
    outcome = Outcome(job.name, **found, kept=True)
    _print(job, outcome)
    return outcome


def forget() -> None:
    """Look at everything again that was good before."""
    shutil.rmtree(paths.RESULTS, ignore_errors=True)


def end_all() -> None:
    """End the jobs that other threads still run, when the command itself ends early."""
    for process in list(_running):
        process.terminate()


def at_once(*lanes: Callable[[], T]) -> list[T]:
    """Run the lanes at the same time and return what came of all of them, in the order in
    which they ended.

    The error of one lane ends the command; the others are no reason to go on.
    """
    ended: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()

    def run(lane: Callable[[], T]) -> None:
        try:
            ended.put(lane())
        except BaseException as error:
            ended.put(error)

    for lane in lanes:
        threading.Thread(target=run, args=[lane], daemon=True).start()
    results: list[T] = []
    for _lane in lanes:
        result = ended.get()
        if isinstance(result, BaseException):
            raise result
        results.append(result)
    return results


def _keep(job: Job, key: str, outcome: Outcome) -> None:
    found = {"key": key, "passed": outcome.passed, "skipped": outcome.skipped}
    paths.RESULTS.mkdir(parents=True, exist_ok=True)
    job.result.write_text(json.dumps(found))


def _outcome(job: Job, status: int, seconds: float) -> Outcome:
    if not job.counts:
        complaint = f"ended with {status}" if status else ""
        return Outcome(
            job.name, failed=int(bool(status)), seconds=seconds, complaint=complaint
        )
    passed, failed, skipped = _count(job.report)
    complaint = ""
    if not passed + failed:
        complaint = "no test was executed"
    elif status and not failed:
        complaint = f"ended with {status}"
    elif job.whole and skipped:
        complaint = f"{skipped} skipped, and run nowhere else"
    return Outcome(
        job.name, passed, failed or int(bool(complaint)), skipped, seconds, complaint
    )


def _count(report: Path) -> tuple[int, int, int]:
    if not report.exists():
        return 0, 0, 0
    total = failed = skipped = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return max(total - failed - skipped, 0), failed, skipped


def _print(job: Job, outcome: Outcome) -> None:
    counts = (
        f" {outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
    )
    verdict = "ok" if outcome.good else f"FAILED {outcome.complaint}".rstrip()
    remark = "nothing has changed" if outcome.kept else f"{outcome.seconds:.0f} s"
    line = f"[test] {job.name}:{counts if job.counts else ''} {verdict} ({remark})"
    if not outcome.good:
        line += "\n" + job.log.read_text(errors="replace").rstrip()
    say(line)
