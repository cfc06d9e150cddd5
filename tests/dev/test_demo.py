# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo: what is half made is never shown, and both companies find each other."""

import re
import socket

import pytest

from devtools import console, database, demo, paths, server, story, welcome


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(paths, "DEV", tmp_path)


@pytest.fixture
def release(monkeypatch):
    """Return the names of the templates, which change with what they are made of."""
    found = {"release": "1"}
    monkeypatch.setattr(
        demo.Company,
        "template",
        lambda company: database.Template(company.label + found["release"], ()),
    )
    monkeypatch.setattr(
        database.Template, "name", property(lambda template: template.label)
    )
    return found


@pytest.fixture
def done(monkeypatch, release):
    """Return what was done to the databases."""
    made, there = [], set()

    def make(companies, names):
        made.append(("made", *names))
        there.update(names)

    def update(company, name):
        made.append(("updated", name))

    monkeypatch.setattr(demo, "_make", make)
    monkeypatch.setattr(demo, "_update", update)
    monkeypatch.setattr(database, "exists", there.__contains__)
    return made


BOTH = ("bop_demo_supplier", "bop_demo_customer")


def test_what_is_complete_is_not_made_again(done):
    assert demo.ensure() == demo.ensure() == list(BOTH)
    assert done == [("made", *BOTH)]


def test_fresh_begins_anew(done):
    demo.ensure()
    demo.ensure(fresh=True)
    assert done == [("made", *BOTH)] * 2


def test_what_was_interrupted_is_made_anew_though_both_databases_are_there(
    done, monkeypatch
):
    demo.ensure()
    make = demo._make

    def interrupted(companies, names):
        make(companies, names)
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_make", interrupted)
    with pytest.raises(KeyboardInterrupt):
        demo.ensure(fresh=True)
    monkeypatch.setattr(demo, "_make", make)
    demo.ensure()
    assert done == [("made", *BOTH)] * 3


def test_a_database_that_is_gone_is_made_anew_with_the_other_one(done, monkeypatch):
    demo.ensure()
    monkeypatch.setattr(database, "exists", lambda name: name == BOTH[0])
    demo.ensure()
    assert done == [("made", *BOTH)] * 2


def test_changed_addons_are_updated_until_that_has_worked(done, release, monkeypatch):
    demo.ensure()
    release["release"] = "2"
    update = demo._update

    def broken(company, name):
        raise console.DevError("no")

    monkeypatch.setattr(demo, "_update", broken)
    with pytest.raises(console.DevError):
        demo.ensure()
    monkeypatch.setattr(demo, "_update", update)
    demo.ensure()
    demo.ensure()
    assert sorted(done[1:]) == [("updated", name) for name in sorted(BOTH)]


def test_the_supplier_alone_has_a_database_of_its_own(done):
    assert demo.ensure(one=True) == ["bop_demo"]
    demo.ensure()
    assert done == [("made", "bop_demo"), ("made", *BOTH)]


def test_a_taken_port_is_named_with_ports_that_may_be_free():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        way_out = rf"Port {port} is taken.*--port {port + 1}`"
        with pytest.raises(console.DevError, match=way_out):
            demo.check_ports([server.free_port(), port])


def test_both_companies_are_told_the_ports_of_this_time(monkeypatch):
    said = []
    digitals = {"one": "id-1\n", "two": "id-2\n"}

    def sql(statement, name):
        said.append((name, statement))
        return digitals[name]

    monkeypatch.setattr(database, "sql", sql)
    demo.connect(["one", "two"], [9000, 9001])
    found = {
        (name, *re.findall("UPDATE (.*) SET endpoint = '(.*)' WHERE .* '(.*)'", text))
        for name, text in said
        if text.startswith("UPDATE")
    }
    assert found == {
        (name, (table, f"http://127.0.0.1:{port}", identifier))
        for name in ("one", "two")
        for table in ("bop_digital", "bop_peer")
        for identifier, port in (("id-1", 9000), ("id-2", 9001))
    }


def test_a_browser_can_be_logged_in_on_both_sides():
    """It keeps one login for each host name, whatever the port."""
    assert demo.SUPPLIER.host != demo.CUSTOMER.host


def test_the_welcome_names_both_addresses():
    text = welcome.BOTH.format(demo.SUPPLIER.url(8069), demo.CUSTOMER.url(8070))
    assert "http://localhost:8069" in text and "http://127.0.0.1:8070" in text


@pytest.mark.parametrize(
    "number",
    [
        *(company.gln for company in (story.SUPPLIER, story.CUSTOMER)),
        *(article.gtin for article in story.ARTICLES),
    ],
)
def test_the_numbers_of_the_story_have_their_check_digit(number):
    """Others would refuse the documents (GS1)."""
    weighted = (
        int(digit) * (3, 1)[place % 2] for place, digit in enumerate(number[-2::-1])
    )
    assert (sum(weighted) + int(number[-1])) % 10 == 0
