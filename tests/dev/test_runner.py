# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The test runner itself: it must never call a run green that checked nothing."""

import doctest
import sys
import threading

import pytest

from devtools import console, jobs, odoo_tests, paths, testing

JUNIT = (
    '<testsuites><testsuite tests="{}" failures="{}" errors="{}"'
    ' skipped="{}"/></testsuites>'
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    for name in ("LOGS", "STAMPS"):
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


def test_what_was_good_is_not_looked_at_again_until_something_changes(tmp_path):
    seen = tmp_path / "seen"
    look = f"import sys; open({str(seen)!r}, 'a').write('x'); sys.exit({{}})"

    def outcome(key, status):
        words = [sys.executable, "-c", look.format(status)]
        return jobs.run(jobs.Job("sample", words, counts=False, key=key))

    for key, status, good, looks in (
        ("one", 1, False, 1),
        ("one", 0, True, 2),
        ("one", 1, True, 2),
        ("two", 1, False, 3),
    ):
        assert (outcome(key, status).good, len(seen.read_text())) == (good, looks)


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
