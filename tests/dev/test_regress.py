# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How ``./dev regress`` compares runs and ``./dev bench`` judges them."""

import json

import pytest

from devtools import bench, bench_network, console, regress

REPORT = """<testsuites><testsuite>
<testcase classname=".dev.odoo.addons.sale.tests.test_x.TestX" name="test_good" />
<testcase classname=".dev.odoo.addons.sale.tests.test_x.TestX" name="test_bad"><failure message="no" /></testcase>
<testcase classname=".dev.odoo.addons.sale.tests.test_x.TestX" name="test_left_out"><skipped /></testcase>
</testsuite></testsuites>"""


def test_a_report_gives_the_outcome_of_each_test(tmp_path):
    report = tmp_path / "sale.xml"
    report.write_text(REPORT)
    assert regress.read_report(report) == {
        "sale.tests.test_x.TestX::test_good": "passed",
        "sale.tests.test_x.TestX::test_bad": "failed",
        "sale.tests.test_x.TestX::test_left_out": "skipped",
    }


def test_a_difference_from_plain_odoo_is_named():
    assert regress.compare({"a": "passed"}, {"a": "failed"}, {}, "off") == [
        "off: a failed, it passed in plain Odoo"
    ]


def test_a_test_that_did_not_run_is_a_difference():
    assert regress.compare({"a": "passed"}, {}, {}, "off") == [
        "off: a did not run, it passed in plain Odoo"
    ]


def test_a_failure_that_plain_odoo_has_too_is_no_difference():
    assert regress.compare({"a": "failed"}, {"a": "failed"}, {}, "off") == []


def test_a_listed_difference_is_accepted_and_a_stale_one_is_not():
    listed = {"a": "edits a confirmed order"}
    assert regress.compare({"a": "passed"}, {"a": "failed"}, listed, "on") == []
    assert len(regress.compare({"a": "passed"}, {"a": "passed"}, listed, "on")) == 1


def test_each_listed_difference_has_a_reason_and_belongs_to_a_suite():
    listed = json.loads(regress.EXPECTED.read_text())
    assert all(reason.strip() for reason in listed.values())
    assert {name.partition(".")[0] for name in listed} <= set(regress.SUITES)


def test_a_second_run_is_told_to_wait(monkeypatch, tmp_path):
    monkeypatch.setattr(regress.paths, "DEV", tmp_path)
    with (
        regress._alone(),
        pytest.raises(console.DevError, match="runs already"),
        regress._alone(),
    ):
        raise AssertionError("both run")
    with regress._alone() as after:
        assert after is None


def _result(confirm: float, apply: float) -> dict[str, dict]:
    def samples(seconds: float) -> list[dict[str, float]]:
        return [{"seconds": seconds, "queries": 7}]

    steps = {"offer": samples(0.5), "edit": samples(0.1), "apply": samples(apply)}
    return {
        "confirm": {
            "1000": {
                "plain": samples(10.0),
                "off": samples(10.0),
                "on": samples(confirm),
            }
        },
        "change": {"1000": steps},
        "list": {
            "orders": 20_000,
            "samples": {"plain": samples(0.1), "on": samples(0.1)},
        },
    }


def test_the_benchmark_names_each_missed_target():
    assert bench.missed_targets(_result(confirm=11.0, apply=3.5)) == []
    missed = bench.missed_targets(_result(confirm=11.1, apply=3.6))
    assert [sentence.split()[0] for sentence in missed] == ["Confirming", "Applying"]


def test_deciding_whether_to_accept_an_order_is_no_part_of_sealing_it():
    result = _result(confirm=11.5, apply=3.5)
    for sample in result["confirm"]["1000"]["on"]:
        sample["deciding"] = 0.5
    assert bench.missed_targets(result) == []


def test_the_table_shows_medians_and_ratios():
    shown = bench.table(_result(confirm=10.5, apply=2.0))
    assert (
        "| confirm, 1000 lines | 10.00 s | 10.00 s | 10.50 s | 1.05 | 7 / 7 |" in shown
    )
    assert "0.20 of confirm" in shown
    assert "0.26 of confirm" in shown


def test_the_benchmark_of_two_servers_names_each_missed_target():
    def result(latency, network):
        return {"latency": [latency], "orders": {"network": [network], "json2": [1.0]}}

    assert bench_network.missed_targets(result(0.3, 1.15)) == []
    late, slow = bench_network.missed_targets(result(0.31, 1.16))
    assert "310 ms" in late
    assert "1.16" in slow
