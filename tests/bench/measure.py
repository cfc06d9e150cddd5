# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measure plain Odoo beside the addons, in one process, and write the samples as JSON.
Started by ``./dev bench``.

Three variants take turns: ``plain``, a database that never saw the addons; ``off`` and
``on``, one database with the addons and the company switch. All confirm an equal order
on equal stock, with warm caches and without garbage collection inside the measured
part, and every sample is rolled back, so that the next one finds the database as the
first did.
"""

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import acceptance
from lxml import etree
from sampling import Sample, columns_of, say, take_turns, timed

import odoo.init  # noqa: F401 (what makes a program of the packages of Odoo)
from odoo import Command
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

ADMIN = 2
STOCK = 1_000_000.0
ORDERED, DELIVERED = 10.0, 5.0
PAGE = 80
BIG = 500
#: Reference of the orders in the long list: all alike, so that the page that is opened
#: is the same everywhere.
LISTED = "list"
PARTS = ("orders", "acceptance")


def main() -> None:
    """Prepare both databases, measure, and write the result."""
    options = _parse()
    config.parse_config(
        ["-c", options.config, "--log-level=error", "--no-http"], setup_logging=True
    )
    with _environment(options.plain) as plain, _environment(options.database) as ours:
        result = {}
        if "orders" in options.only:
            result.update(_measure_orders(plain, ours, options))
        if "acceptance" in options.only:
            result["acceptance"] = _measure_acceptance(plain, ours, options)
    options.json.write_text(json.dumps(result, indent=1))


def _measure_orders(plain: Environment, ours: Environment, options) -> dict:
    for env in (plain, ours):
        prepare(env, sorted(options.lines), options.orders)
    return {
        "confirm": {
            size: measure_confirm(plain, ours, size, n)
            for size, n in options.lines.items()
        },
        "change": {
            size: measure_change(ours, size, n) for size, n in options.lines.items()
        },
        "list": {
            "orders": options.orders,
            "samples": measure_list(plain, ours, options.pages),
        },
    }


def _measure_acceptance(plain: Environment, ours: Environment, options) -> dict:
    """Decide for a customer with a short and one with a long history, beside plain
    Odoo's confirm of an order as long.
    """
    size, count = acceptance.LINES, options.decisions
    for env in (plain, ours):
        prepare(env, [size], 0)
    acceptance.prepare(ours, _make_products(ours, size), options.invoices)
    _commit_analyzed(ours)
    variants = {
        "plain": lambda: _confirm(plain, size, None),
        "short": lambda: acceptance.decide(ours, acceptance.SHORT),
        "long": lambda: acceptance.decide(ours, options.invoices),
    }
    samples = take_turns("decide", variants, range(count + 1))
    return {"invoices": options.invoices, "lines": size, "samples": samples}


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, help="configuration file of Odoo")
    parser.add_argument("--plain", required=True, help="database without the addons")
    parser.add_argument("--database", required=True, help="database with the addons")
    parser.add_argument(
        "--lines",
        required=True,
        type=json.loads,
        help="lines of an order, with how often to measure",
    )
    parser.add_argument(
        "--orders",
        required=True,
        type=int,
        help="orders in the database when the list is opened",
    )
    parser.add_argument(
        "--pages", required=True, type=int, help="how often the list is opened"
    )
    parser.add_argument(
        "--invoices",
        required=True,
        type=int,
        help="paid invoices of the customer with a long history",
    )
    parser.add_argument(
        "--decisions", required=True, type=int, help="how often is decided"
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, help="what to measure"
    )
    parser.add_argument(
        "--json", required=True, type=Path, help="where to write the samples"
    )
    options = parser.parse_args()
    options.lines = {int(size): count for size, count in options.lines.items()}
    return options


@contextmanager
def _environment(name: str) -> Iterator[Environment]:
    with Registry(name).cursor() as cr:
        yield Environment(cr, ADMIN, {"tracking_disable": True, "lang": "en_US"})
        cr.rollback()


# === SET-UP ===#
def prepare(env: Environment, sizes: list[int], orders: int) -> None:
    """Make products with stock, the orders to measure and the long list, unless they
    are there; commit.
    """
    database = env.cr.dbname
    say(f"{database}: products")
    products = _make_products(env, max(sizes))
    for size in sizes:
        say(f"{database}: orders of {size} lines")
        _make_order(env, f"confirm {size}", products[:size])
        if _has_contracts(env):
            _make_half_done(env, f"change {size}", products[:size])
    say(f"{database}: {orders} orders for the list")
    _fill_list(env, orders)
    _commit_analyzed(env)


def _commit_analyzed(env: Environment) -> None:
    env.cr.execute("ANALYZE")
    env.cr.commit()


def _has_contracts(env: Environment) -> bool:
    return "is_contract" in env["sale.order"]._fields


def _make_products(env: Environment, count: int):
    products = env["product.product"].search(
        [("default_code", "=like", "BENCH%")], order="id"
    )
    values = {
        "type": "consu",
        "is_storable": True,
        "list_price": 100.0,
        "invoice_policy": "delivery",
    }
    new = env["product.product"].create(
        [
            {**values, "name": f"Bench {n}", "default_code": f"BENCH{n:05}"}
            for n in range(len(products), count)
        ]
    )
    stock = (
        env["stock.warehouse"]
        .search([("company_id", "=", env.company.id)], limit=1)
        .lot_stock_id
    )
    env["stock.quant"].create(
        [
            {"product_id": product.id, "location_id": stock.id, "quantity": STOCK}
            for product in new
        ]
    )
    return products | new


def _make_order(env: Environment, reference: str, products):
    order = _find_order(env, reference)
    if not order:
        name = "Bench customer"
        partner = env["res.partner"].search([("name", "=", name)]) or env[
            "res.partner"
        ].create({"name": name})
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": ORDERED})
            for product in products
        ]
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "client_order_ref": reference,
                "order_line": lines,
            }
        )
    return order


def _find_order(env: Environment, reference: str):
    return env["sale.order"].search([("client_order_ref", "=", reference)])


def _make_half_done(env: Environment, reference: str, products) -> None:
    """Make a contract, deliver half of each position and bill that."""
    order = _make_order(env, reference, products)
    if order.state == "draft":
        order.company_id.bop_contracts = True
        order.action_confirm()
        order.picking_ids.move_line_ids.write({"quantity": DELIVERED, "picked": True})
        order.picking_ids._action_done()
        order._create_invoices().action_post()
        env.flush_all()


def _fill_list(env: Environment, count: int) -> None:
    """Multiply a confirmed order by SQL until the list has ``count`` orders."""
    env.flush_all()
    missing = count - env["sale.order"].search_count([("state", "=", "sale")])
    columns = columns_of(env, "sale_order", "id", "name", "state", "client_order_ref")
    template = _find_order(env, "confirm 10")
    env.cr.execute(
        f"INSERT INTO sale_order ({columns}, name, state, client_order_ref) SELECT"
        f" {columns}, 'BENCH' || n, 'sale', %s FROM sale_order, generate_series(1, %s)"
        " n WHERE id = %s",
        (LISTED, max(missing, 0), template.id),
    )
    columns = columns_of(env, "sale_order_line", "id", "order_id", "state")
    env.cr.execute(
        f"INSERT INTO sale_order_line ({columns}, order_id, state) SELECT {columns},"
        " o.id, 'sale' FROM (SELECT * FROM sale_order_line WHERE id = %s) l, (SELECT"
        " o.id FROM sale_order o LEFT JOIN sale_order_line own ON own.order_id = o.id"
        " WHERE own.id IS NULL) o",
        (template.order_line[0].id,),
    )
    env.invalidate_all()


# === MEASURING ===#
def measure_confirm(
    plain: Environment, ours: Environment, size: int, count: int
) -> dict[str, list[Sample]]:
    """Confirm the same order again and again, the three variants taking turns."""
    variants = {
        "plain": lambda: _confirm(plain, size, None),
        "off": lambda: _confirm(ours, size, False),
        "on": lambda: _confirm(ours, size, True),
    }
    return take_turns(
        f"confirm {size} lines", variants, range(_first_turn(size), count + 1)
    )


def _first_turn(size: int) -> int:
    """Turn 0 only warms up the caches; a big order finds them warm."""
    return 0 if size < BIG else 1


def _confirm(env: Environment, size: int, contracts: bool | None) -> Sample:
    order = _find_order(env, f"confirm {size}")
    if contracts is not None:
        order.company_id.bop_contracts = contracts
    with _timing_decisions(env) as deciding:
        sample = timed(env, order.action_confirm)
    assert order.state == "sale" and (not contracts or order.is_contract), (
        f"{order.name} was not confirmed"
    )
    env.cr.rollback()
    return {**sample, "deciding": sum(deciding)}


@contextmanager
def _timing_decisions(env: Environment) -> Iterator[list[float]]:
    """Give the seconds of each decision whether to accept orders, as it is made."""
    model, seconds = type(env["sale.order"]), []
    if not _has_contracts(env):
        yield seconds
        return
    decide = model._acceptance_decide_all

    def timed_decision(orders, *args, **kwargs):
        start = time.perf_counter()
        try:
            return decide(orders, *args, **kwargs)
        finally:
            seconds.append(time.perf_counter() - start)

    with patch.object(model, "_acceptance_decide_all", timed_decision):
        yield seconds


def measure_change(env: Environment, size: int, count: int) -> dict[str, list[Sample]]:
    """Change one position of a contract that is half delivered and billed: make the
    offer, edit it, apply it.
    """
    steps: dict[str, list[Sample]] = {"offer": [], "edit": [], "apply": []}
    for turn in range(_first_turn(size), count + 1):
        say(f"change {size} lines, {turn} of {count}")
        order = _find_order(env, f"change {size}")
        found: list[object] = []
        samples = {
            "offer": timed(
                env,
                lambda order=order, found=found: found.append(
                    order._contract_request_change()
                ),
            )
        }
        request = found[0]
        line = request.offer_id.order_line[0]
        samples["edit"] = timed(
            env, lambda line=line: line.write({"product_uom_qty": ORDERED + 1})
        )
        samples["apply"] = timed(env, request._apply)
        assert order.successor_id.contract_version == 2, f"{order.name} was not changed"
        env.cr.rollback()
        for name, sample in samples.items() if turn else ():
            steps[name].append(sample)
    return steps


def measure_list(
    plain: Environment, ours: Environment, count: int
) -> dict[str, list[Sample]]:
    """Open the first page of the order list, with the columns its view has without and
    with the addons.
    """
    variants = {"plain": lambda: _open_list(plain), "on": lambda: _open_list(ours)}
    return take_turns("list", variants, range(count + 1))


def _open_list(env: Environment) -> Sample:
    orders = env["sale.order"]
    view = orders.get_view(env.ref("sale.view_order_tree").id, "list")
    columns = [
        node.get("name") for node in etree.fromstring(view["arch"]).xpath("/list/field")
    ]
    many2one = {"fields": {"display_name": {}}}
    specification = {
        name: many2one if orders._fields[name].type == "many2one" else {}
        for name in columns
    }
    domain = [
        ("state", "not in", ("draft", "sent", "cancel")),
        ("client_order_ref", "=", LISTED),
    ]
    return timed(
        env,
        lambda: orders.web_search_read(
            domain, specification, limit=PAGE, count_limit=10001
        ),
    )


if __name__ == "__main__":
    main()
