# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The test runner itself: it must never call a run green that checked nothing."""

import ast
import doctest
import sys
import threading
from datetime import datetime, timedelta, timezone

import pytest

from devtools import console, inputs, jobs, odoo_tests, paths, postgres, testing

JUNIT = (
    '<testsuites><testsuite tests="{}" failures="{}" errors="{}"'
    ' skipped="{}"/></testsuites>'
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    for name in ("LOGS", "RESULTS", "STAMPS"):
        monkeypatch.setattr(paths, name, tmp_path / name)


def run_fake_tests(status, *counts, whole=False):
    """Run a job that writes a JUnit report with ``counts`` and ends with ``status``."""
    report = JUNIT.format(*counts) if counts else ""
    script = (
        "import pathlib, sys\n"
        f"report = {report!r}\n"
        "target = pathlib.Path(sys.argv[1].partition('=')[2])\n"
        "if report: target.write_text(report)\n"
        f"sys.exit({status})"
    )
    command = [sys.executable, "-c", script]
    return jobs.run(jobs.Job("fake", command, whole=whole))


def test_a_run_whose_tests_pass_is_good():
    outcome = run_fake_tests(0, 5, 0, 0, 1)
    assert (outcome.good, outcome.passed, outcome.skipped) == (True, 4, 1)


def test_a_run_without_a_test_is_not_good():
    outcome = run_fake_tests(0, 0, 0, 0, 0)
    assert not outcome.good
    assert outcome.complaint == "no test was executed"


def test_a_run_that_skips_every_test_is_not_good():
    assert not run_fake_tests(0, 3, 0, 0, 3).good


def test_a_test_that_is_skipped_and_runs_nowhere_else_is_not_good():
    assert run_fake_tests(0, 5, 0, 0, 0, whole=True).good
    outcome = run_fake_tests(0, 5, 0, 0, 1, whole=True)
    assert (outcome.failed, outcome.complaint) == (1, "1 skipped, and run nowhere else")


def test_a_run_that_dies_before_its_report_is_not_good():
    assert not run_fake_tests(0).good


def test_a_run_that_passes_but_ends_badly_is_not_good():
    outcome = run_fake_tests(3, 2, 0, 0, 0)
    assert not outcome.good
    assert outcome.failed == 1


def test_failures_and_errors_are_both_failures():
    outcome = run_fake_tests(1, 5, 1, 2, 0)
    assert (outcome.passed, outcome.failed) == (2, 3)


class Looks:
    """A job that leaves a mark each time it looks.

    :param during: what happens while it looks
    """

    def __init__(self, folder):
        self.marks = folder / "marks"
        self.key = "one"

    def run(self, status, during="pass"):
        script = (
            f"open({str(self.marks)!r}, 'a').write('x'); {during}; sys.exit({status})"
        )
        words = [sys.executable, "-c", f"import pathlib, sys; {script}"]
        job = jobs.Job("sample", words, counts=False, key=self.read_key)
        return jobs.run(job).good, len(self.marks.read_text())

    def read_key(self):
        return self.key


def test_what_was_good_is_not_looked_at_again_until_something_changes(tmp_path):
    looks = Looks(tmp_path)
    assert looks.run(1) == (False, 1)
    assert looks.run(0) == (True, 2)
    assert looks.run(1) == (True, 2)
    looks.key = "two"
    assert looks.run(1) == (False, 3)
    looks.key = "one"
    assert looks.run(1) == (False, 4)


def test_what_is_not_known_to_be_the_same_is_looked_at_again(tmp_path):
    looks = Looks(tmp_path)
    looks.key = ""
    assert looks.run(0) == (True, 1)
    assert looks.run(1) == (False, 2)


def test_all_is_looked_at_again_on_demand(tmp_path):
    looks = Looks(tmp_path)
    looks.run(0)
    jobs.forget()
    assert looks.run(1) == (False, 2)
    assert looks.run(0) == (True, 3)


def test_an_outcome_does_not_count_for_what_was_changed_while_it_was_found(tmp_path):
    looks = Looks(tmp_path)
    key = tmp_path / "key"
    key.write_text("one")
    looks.read_key = key.read_text
    assert looks.run(0, f"pathlib.Path({str(key)!r}).write_text('two')") == (True, 1)
    assert looks.run(0) == (True, 2)
    assert looks.run(1) == (True, 2)


def test_tests_that_passed_before_are_counted_and_named(capsys):
    report = JUNIT.format(7, 0, 0, 1)
    script = f"import sys; open(sys.argv[1].partition('=')[2], 'w').write({report!r})"
    job = jobs.Job("kept", [sys.executable, "-c", script], key=lambda: "one")
    assert testing._summary([jobs.run(job), jobs.run(job)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "6 passed, 0 failed, 1 skipped ok (nothing has changed)" in lines[-2]
    assert lines[-1] == (
        "total: 12 passed (6 of them before, see --fresh), 0 failed, 2 skipped"
    )


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with an addon, the tests of two runs and a document."""
    root = tmp_path / "project"
    names = (
        "README.md",
        ".dev/logs/x.log",
        "addon/models/order.py",
        "addon/tests/common.py",
        "addon/tests/test_one.py",
        "addon/tests/test_two.py",
        "tests/system/test_live.py",
    )
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("before")
    monkeypatch.setattr(paths, "ROOT", root)
    monkeypatch.setattr(paths, "DEV", root / ".dev")
    monkeypatch.setattr(postgres, "external", lambda: False)
    for name in inputs.OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    return root


ONE = ["addon/tests/test_one.py::TestOne"]


@pytest.mark.parametrize(
    ("name", "affected"),
    [
        ("README.md", False),
        (".dev/logs/x.log", False),
        ("addon/models/order.py", True),
        ("addon/models/new.py", True),
        ("addon/tests/common.py", True),
        ("addon/tests/test_one.py", True),
        ("addon/tests/test_two.py", False),
        ("tests/system/test_live.py", False),
    ],
)
def test_a_run_depends_on_all_files_but_those_of_other_runs(project, name, affected):
    before = inputs.key_of(ONE, {})
    assert inputs.key_of(ONE, {}) == before != ""
    (project / name).write_text("after")
    assert (inputs.key_of(ONE, {}) != before) is affected


def test_a_run_of_a_folder_depends_on_the_tests_in_it(project):
    before = inputs.key_of(["tests/system"], {})
    (project / "tests/system/test_live.py").write_text("after")
    assert inputs.key_of(["tests/system"], {}) != before


def test_a_run_depends_on_settings_and_on_what_is_run(project):
    before = inputs.key_of(ONE, {"BOP_SEED": "1", "HOME": "/a"})
    assert inputs.key_of(ONE, {"BOP_SEED": "1", "HOME": "/b"}) == before
    assert inputs.key_of(ONE, {"BOP_SEED": "2", "HOME": "/a"}) != before
    assert inputs.key_of([], {"BOP_SEED": "1", "HOME": "/a"}) != before


def test_an_outcome_is_good_for_a_day(project, monkeypatch):
    before = inputs.key_of(ONE, {})

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(timezone.utc) + timedelta(days=1)

    monkeypatch.setattr(inputs, "datetime", Tomorrow)
    assert inputs.key_of(ONE, {}) != before


def test_what_comes_from_outside_may_always_have_changed(project, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", "/somewhere")
    assert inputs.key_of(ONE, {}) == ""
    monkeypatch.delenv("ODOO_HOME")
    monkeypatch.setattr(postgres, "external", lambda: True)
    assert inputs.key_of(ONE, {}) == ""


def test_no_test_file_reads_another_one():
    """Else it would have to be run again when that one changes."""
    for path in inputs.project_files():
        if path.name.startswith("test_") and path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom):
                    names = [node.module or "", *(alias.name for alias in node.names)]
                    parts = {part for name in names for part in name.split(".")}
                    assert not [part for part in parts if part.startswith("test_")], (
                        path
                    )


def test_the_total_is_the_last_line_and_one_bad_stage_fails_the_whole(capsys):
    good, bad = (
        jobs.Outcome("a", passed=2),
        jobs.Outcome("b", failed=1, complaint="ended with 1"),
    )
    assert testing._summary([good, bad]) == 1
    assert (
        capsys.readouterr().out.splitlines()[-1]
        == "total: 2 passed, 1 failed, 0 skipped"
    )


def test_nothing_executed_at_all_fails():
    assert testing._summary([jobs.Outcome("lint")]) == 1


def test_each_class_with_tests_is_in_exactly_one_part():
    chosen = odoo_tests.share()
    targets = [*chosen.apps, *chosen.tours, *chosen.halves[0], *chosen.halves[1]]
    assert len(targets) == len(set(targets))
    whole = {target for target in targets if "::" not in target}
    parts = [target for target in targets if "::" in target]
    files = {target.partition("::")[0] for target in parts}
    assert not whole & files
    assert whole | files == {
        str(path.relative_to(paths.ROOT))
        for name in paths.addons()
        for path in paths.ROOT.glob(f"{name}/tests/test_*.py")
    }
    for name in files:
        found = odoo_tests.classes((paths.ROOT / name).read_text())
        assert {target for target in parts if target.startswith(name)} == {
            f"{name}::{label}" for label in found
        }


def test_a_class_belongs_where_its_base_belongs():
    text = """
class Base:
    def setUp(self):
        self._need("mrp")

class TestKits(Base):
    def test_kit(self):
        pass

@tagged("bop_apps")
class TestTagged:
    def test_it(self):
        self.start_tour("/odoo")

class TestPlain:
    def test_it(self):
        pass
"""
    assert odoo_tests.classes(text) == {
        "TestKits": "apps",
        "TestTagged": "apps",
        "TestPlain": "others",
    }


def test_a_part_without_a_test_is_an_error():
    with pytest.raises(console.DevError, match="No addon has a test for apps"):
        testing._run_odoo_tests("apps", [], [])


def test_lanes_run_at_once_and_all_that_came_of_them_counts():
    meeting = threading.Barrier(3, timeout=20)

    def lane(name):
        meeting.wait()
        return name

    results = jobs.at_once(*(lambda n=name: lane(n) for name in "abc"))
    assert sorted(results) == ["a", "b", "c"]


def test_the_error_of_one_lane_ends_the_run_though_another_goes_on():
    end = threading.Event()

    def broken():
        raise console.DevError("no database")

    try:
        with pytest.raises(console.DevError, match="no database"):
            jobs.at_once(lambda: end.wait(60), broken)
    finally:
        end.set()


def test_a_path_outside_the_tests_is_refused():
    with pytest.raises(console.DevError, match="holds no tests"):
        testing.select(["pyproject.toml"])


def test_a_finished_step_is_not_done_again_until_its_key_changes():
    calls = []
    for key in ("one", "one", "two"):
        console.step("sample", key, lambda: calls.append(1), lambda: True)
    assert len(calls) == 2


def test_a_step_without_its_result_is_an_error():
    with pytest.raises(console.DevError, match="result is missing"):
        console.step("sample", "key", lambda: None, lambda: False)


@pytest.mark.parametrize("module", [testing, odoo_tests])
def test_the_examples_in_the_documentation_hold(module):
    result = doctest.testmod(module)
    assert (result.attempted > 0, result.failed) == (True, 0)
