# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long it takes to decide on an order of a customer who has paid many invoices.

The customer with a long history and one with a short one have the same order; the
policy looks at everything there is.
"""

from datetime import date, timedelta

from sampling import Sample, columns_of, say, timed

from odoo import Command
from odoo.api import Environment

SHORT = 10
LINES = 10
DAYS = 330
#: So many paid invoices are looked at, if there are as many.
LOOKED_AT = 100
POLICY = {
    "name": "Bench",
    "order_limit": 10**9,
    "exposure_limit": 10**9,
    "check_overdue": True,
    "min_paid_invoices": 3,
    "min_on_time_share": 0.1,
    "max_average_days_late": 400,
    "ask_on_deviation": True,
}


def prepare(env: Environment, products, invoices: int) -> None:
    """Make a customer with ``SHORT`` paid invoices and one with ``invoices``, each with
    an order to decide on, unless they are there.
    """
    policies = env["bop.acceptance.policy"]
    policy = policies.search([("name", "=", POLICY["name"])]) or policies.create(POLICY)
    for count in (SHORT, invoices):
        if not env["sale.order"].search_count(
            [("client_order_ref", "=", _name(count))]
        ):
            say(f"{env.cr.dbname}: a customer with {count} paid invoices")
            _make_customer(env, policy, products[:LINES], count)


def decide(env: Environment, invoices: int) -> Sample:
    """Time one decision, with the lock that it takes first: what it adds to a confirm,
    which reads the order, its customer and its products with their names and attributes
    as well.
    """
    orders = env["sale.order"]
    order = orders.search([("client_order_ref", "=", _name(invoices))])

    def decision():
        rulebook = order._acceptance_rulebook()
        orders._acceptance_lock_exposure(order, rulebook)
        return order._acceptance_decide(rulebook=rulebook)

    sample = timed(env, decision, before=lambda: _read(order))
    record = order._acceptance_facts()[order.id].record
    assert record.paid_invoices >= min(invoices, LOOKED_AT), record
    env.cr.rollback()
    return sample


def _read(order) -> None:
    order.company_id.currency_id.mapped("name")
    order.partner_id.commercial_partner_id.mapped("city")
    order.order_line.product_id.product_tmpl_id.mapped("list_price")
    order.order_line.product_id.taxes_id.mapped("name")
    order.order_line.product_no_variant_attribute_value_ids.mapped("name")
    order.order_line.product_id.mapped("display_name")


def _name(invoices: int) -> str:
    return f"payer of {invoices}"


def _make_customer(env: Environment, policy, products, invoices: int) -> None:
    partner = env["res.partner"].create(
        {"name": _name(invoices), "city": "Kiel", "acceptance_policy_id": policy.id}
    )
    _multiply(env, *_make_paid_invoice(env, partner), invoices - 1)
    lines = [
        Command.create({"product_id": product.id, "product_uom_qty": 10})
        for product in products
    ]
    env["sale.order"].create(
        {
            "partner_id": partner.id,
            "client_order_ref": _name(invoices),
            "order_line": lines,
        }
    )


def _make_paid_invoice(env: Environment, partner):
    """What is due of an invoice, and its match with what paid it."""
    day = date.today() - timedelta(days=DAYS)
    line = {"name": "Sold", "quantity": 1, "price_unit": 100.0, "tax_ids": []}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    due = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
    entry = _make_payment(env, invoice, due)
    (due | entry.line_ids.filtered("credit")).reconcile()
    env.flush_all()
    return due, due.matched_credit_ids


def _make_payment(env: Environment, invoice, due):
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", invoice.company_id.id)], limit=1
    )
    values = {"partner_id": invoice.partner_id.id, "name": "Paid"}
    amount = due.amount_residual
    lines = [
        {**values, "account_id": bank.default_account_id.id, "debit": amount},
        {**values, "account_id": due.account_id.id, "credit": amount},
    ]
    entry = env["account.move"].create(
        {
            "date": invoice.invoice_date,
            "journal_id": bank.id,
            "line_ids": [Command.create(line) for line in lines],
        }
    )
    entry.action_post()
    return entry


def _multiply(env: Environment, due, match, count: int) -> None:
    """Copy a paid invoice ``count`` times, due on each day of the last months in turn:
    the move, its instalment, the line that paid it and their match.
    """
    prefix = f"PAID/{due.partner_id.id}/"
    moves = columns_of(env, "account_move", "id", "name")
    env.cr.execute(
        f"INSERT INTO account_move ({moves}, name) SELECT {moves}, %s || n"
        " FROM account_move, generate_series(1, %s) n WHERE id = %s",
        (prefix, count, due.move_id.id),
    )
    # Foreign keys to a table that was small a moment ago would be looked up in all of it.
    env.cr.execute("ANALYZE account_move")
    lines = columns_of(
        env, "account_move_line", "id", "move_id", "name", "date_maturity"
    )
    values = {"name": prefix, "days": DAYS, "move": due.move_id.id}
    copy = (
        f"INSERT INTO account_move_line ({lines}, move_id, name, date_maturity)"
        f" SELECT {{columns}}, {{move}}, m.name, l.date_maturity"
        " + (split_part(m.name, '/', 3)::int %% %(days)s)"
        " FROM account_move_line l, account_move m"
        " WHERE l.id = %(line)s AND m.name LIKE %(name)s || '%%'"
    )
    own = ", ".join(f"l.{name}" for name in lines.split(", "))
    credit = match.credit_move_id
    env.cr.execute(copy.format(columns=own, move="m.id"), {**values, "line": due.id})
    env.cr.execute(
        copy.format(columns=own, move="l.move_id"), {**values, "line": credit.id}
    )
    env.cr.execute(
        "CREATE INDEX bench_line_name ON account_move_line (name) WHERE name LIKE 'PAID/%'"
    )
    env.cr.execute("ANALYZE account_move_line")
    parts = columns_of(
        env, "account_partial_reconcile", "id", "debit_move_id", "credit_move_id"
    )
    own = ", ".join(f"r.{name}" for name in parts.split(", "))
    env.cr.execute(
        f"INSERT INTO account_partial_reconcile ({parts}, debit_move_id, credit_move_id)"
        f" SELECT {own}, d.id, c.id FROM account_partial_reconcile r,"
        " account_move_line d JOIN account_move_line c ON c.name = d.name"
        " AND c.balance < 0 WHERE r.id = %s AND d.balance > 0 AND d.name LIKE %s",
        (match.id, prefix + "%"),
    )
    env.cr.execute("DROP INDEX bench_line_name")
    env.invalidate_all()
