# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What PostgreSQL knows of customers: how they paid, what they owe, what they have on
order. One query each, however many customers and however long their history.

The queries are functions in the database, which plans each of them once in a connection:
planning takes longer than looking up what is known of a customer.

A customer is the commercial partner who pays, at a company with all its branches: ``(company,
partner)`` ids, the company being the root. Amounts of receivables are in the currency
of the company, those of orders in the currency of the order.
"""

from __future__ import annotations

from typing import NamedTuple

from odoo import fields
from odoo.api import Environment
from odoo.sql_db import BaseCursor
from odoo.tools import SQL

#: The record is over the latest paid instalments, at most so many, due within so many
#: days.
RECORD_INSTALMENTS = 100
RECORD_DAYS = 365

Customer = tuple[int, int]


class Payments(NamedTuple):
    """How a customer paid: see ``rules.acceptance.PaymentRecord``. ``instalments`` were
    paid, ``paid_invoices`` in full.
    """

    instalments: int
    paid_invoices: int
    on_time_share: float
    average_days_late: float
    worst_days_late: int


class Receivables(NamedTuple):
    """What a customer owes today; unallocated payments and credit notes count
    against both.
    """

    balance: float
    overdue_amount: float
    overdue_days: int


class OnOrder(NamedTuple):
    """Accepted, not billed: of one order if ``order_id`` is given, else of all others
    of the customer in this currency.
    """

    company_id: int
    partner_id: int
    order_id: int | None
    currency_id: int
    open_orders: float
    delivered_unbilled: float


def payments(env: Environment, customers: set[Customer]) -> dict[Customer, Payments]:
    """How ``customers`` paid lately; those who paid nothing are left out.

    An instalment is paid on the day of its last payment; what a credit note took off is
    not waited for, and what it took off wholly was not paid.
    """
    lines = env["account.move.line"]
    lines.flush_model(["partner_id", "company_id", "display_type", "parent_state"])
    lines.flush_model(["reconciled", "date_maturity", "balance", "move_id"])
    env["account.move"].flush_model(["payment_state", "move_type"])
    env["account.partial.reconcile"].flush_model()
    rows = _rows(env, "bop_customer_payments", customers, fields.Date.today())
    return {row[:2]: Payments(*row[2:]) for row in rows}


def receivables(
    env: Environment, customers: set[Customer]
) -> dict[Customer, Receivables]:
    """What ``customers`` owe; those who owe nothing are left out.

    An invoice with a payment under way or blocked for payment (disputed) is owed, but
    not overdue.
    """
    lines = env["account.move.line"]
    lines.flush_model(["partner_id", "company_id", "account_id", "parent_state"])
    lines.flush_model(["reconciled", "date_maturity", "amount_residual", "move_id"])
    env["account.move"].flush_model(["payment_state"])
    env["account.account"].flush_model(["account_type"])
    rows = _rows(env, "bop_customer_receivables", customers, fields.Date.today())
    return {row[:2]: Receivables(*row[2:]) for row in rows}


def on_order(
    env: Environment, customers: set[Customer], order_ids: list[int]
) -> list[OnOrder]:
    """What ``customers`` have on order that is not billed, ``order_ids`` apart.

    Per position the larger of ordered and delivered counts, at its price with tax. What
    posted invoices of the order say is taken off; an invoice in draft bills nothing.
    Only orders in force count: no quotation, no offer of a change, no superseded or
    cancelled order.
    """
    env["sale.order"].flush_model(
        ["partner_invoice_id", "company_id", "state", "successor_id", "invoice_status"]
    )
    env["sale.order"].flush_model(["currency_id", "currency_rate"])
    lines = ["order_id", "product_uom_qty", "qty_delivered", "price_total"]
    env["sale.order.line"].flush_model([*lines, "price_unit", "discount"])
    env["sale.order.line"].flush_model(["invoice_lines"])
    env["account.move"].flush_model(["state", "move_type", "commercial_partner_id"])
    env["account.move"].flush_model(["currency_id", "invoice_currency_rate"])
    env["account.move.line"].flush_model(["price_total", "move_id"])
    env["res.partner"].flush_model(["commercial_partner_id"])
    rows = _rows(env, "bop_customer_on_order", customers, order_ids)
    return [OnOrder(*row) for row in rows]


def _rows(
    env: Environment, function: str, customers: set[Customer], argument: object
) -> list[tuple]:
    """What a function of the database says of ``customers``."""
    pairs = sorted(customers)
    if not pairs:
        return []
    roots, partners = [root for root, _id in pairs], [partner for _id, partner in pairs]
    found = SQL.identifier(function)
    return env.execute_query(
        SQL("SELECT * FROM %s(%s, %s, %s)", found, roots, partners, argument)
    )


# === IN THE DATABASE ===#
def create_functions(cr: BaseCursor) -> None:
    """Create the functions, or bring them to this version."""
    for name, definition in FUNCTIONS.items():
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(name)))
        cr.execute(definition)


def drop_functions(cr: BaseCursor) -> None:
    """Take the functions out of the database."""
    for name in FUNCTIONS:
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(name)))


#: The customer at each branch.
_TARGET = """(
            SELECT wanted_root AS root_id, branch.id AS company_id,
                   wanted_partner AS partner_id
              FROM res_company branch
             WHERE split_part(branch.parent_path, '/', 1)::int = wanted_root)"""

#: How late the latest paid instalments of each customer were.
_PAYMENTS = f"""
    SELECT root_id, partner_id, COUNT(late),
           COUNT(DISTINCT move_id) FILTER (WHERE paid),
           COALESCE(AVG((late = 0)::int), 0)::float8, COALESCE(AVG(late), 0)::float8,
           COALESCE(MAX(late), 0)
      FROM (
        SELECT t.root_id, t.partner_id, l.move_id,
               l.paid_on IS NOT NULL AND m.payment_state
                   IN ('paid', 'in_payment', 'reversed') AS paid,
               CASE WHEN l.paid_on > l.date_maturity
                    THEN l.paid_on - l.date_maturity
                    WHEN l.paid_on IS NOT NULL THEN 0 END AS late
          FROM {_TARGET} t
          CROSS JOIN LATERAL (
            SELECT l.move_id, l.date_maturity, (
                     SELECT MAX(r.max_date)
                       FROM account_partial_reconcile r
                       JOIN account_move_line c ON c.id = r.credit_move_id
                      WHERE r.debit_move_id = l.id
                        AND c.display_type <> 'payment_term') AS paid_on
              FROM account_move_line l
             WHERE l.partner_id = t.partner_id AND l.company_id = t.company_id
               AND l.display_type = 'payment_term' AND l.parent_state = 'posted'
               AND l.reconciled AND l.balance > 0
               AND l.date_maturity >= today - {RECORD_DAYS}
             ORDER BY l.date_maturity DESC
             LIMIT {RECORD_INSTALMENTS}) l
          JOIN account_move m ON m.id = l.move_id
         WHERE m.move_type IN ('out_invoice', 'out_receipt')) instalment
     GROUP BY root_id, partner_id"""

#: What is open, and what of it is overdue.
_RECEIVABLES = f"""
    SELECT root_id, partner_id, SUM(residual)::float8,
           GREATEST(COALESCE(SUM(residual) FILTER (WHERE overdue OR residual < 0), 0),
                    0)::float8,
           COALESCE(MAX(today - date_maturity) FILTER (WHERE overdue), 0)
      FROM (
        SELECT t.root_id, t.partner_id, l.amount_residual AS residual,
               l.date_maturity, l.amount_residual > 0 AND l.date_maturity < today
               AND m.payment_state NOT IN ('in_payment', 'blocked') AS overdue
          FROM {_TARGET} t
          JOIN account_move_line l
            ON l.partner_id = t.partner_id AND l.company_id = t.company_id
          JOIN account_move m ON m.id = l.move_id
         WHERE l.account_id = ANY(ARRAY(
                 SELECT id FROM account_account
                  WHERE account_type = 'asset_receivable'))
           AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted') item
     GROUP BY root_id, partner_id"""

# The steps of what is on order. Each is materialized: PostgreSQL would else look for the
# best order of joining all of them at once, which takes longer than the query itself.
#: Lines of orders that are on an invoice in draft, which bills nothing.
_DRAFTED = """
    SELECT t.root_id, t.company_id, t.partner_id, r.order_line_id
      FROM target t
      JOIN account_move m ON m.commercial_partner_id = t.partner_id
      JOIN account_move_line l ON l.move_id = m.id
      JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
     WHERE m.state = 'draft'"""
#: Orders in force that are not billed, or billed by an invoice in draft.
_OPEN_ORDERS = """
    SELECT t.root_id, t.partner_id, o.id, o.currency_id, o.currency_rate
      FROM target t
      JOIN res_partner p ON p.commercial_partner_id = t.partner_id
      JOIN sale_order o ON o.partner_invoice_id = p.id AND o.company_id = t.company_id
     WHERE o.state = 'sale' AND o.invoice_status IS DISTINCT FROM 'invoiced'
       AND o.successor_id IS NULL
     UNION
    SELECT d.root_id, d.partner_id, o.id, o.currency_id, o.currency_rate
      FROM drafted d
      JOIN sale_order_line s ON s.id = d.order_line_id
      JOIN sale_order o ON o.id = s.order_id AND o.company_id = d.company_id
      JOIN res_partner p ON p.id = o.partner_invoice_id
       AND p.commercial_partner_id = d.partner_id
     WHERE o.state = 'sale' AND o.successor_id IS NULL"""
_POSITIONS = """
    SELECT o.root_id, o.partner_id, o.id AS order_id, o.currency_id, o.currency_rate,
           s.id AS line_id, s.product_uom_qty AS ordered,
           COALESCE(s.qty_delivered, 0) AS delivered,
           CASE WHEN s.product_uom_qty <> 0
                THEN COALESCE(s.price_total, 0) / s.product_uom_qty
                ELSE s.price_unit * (1 - COALESCE(s.discount, 0) / 100) END AS price
      FROM open_order o
      JOIN sale_order_line s ON s.order_id = o.id
     WHERE s.display_type IS NULL"""
#: What posted invoices say, in the currency of the order.
_BILLED = """
    SELECT p.order_id, SUM(
               l.price_total * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
               * CASE WHEN m.currency_id = p.currency_id THEN 1
                      ELSE COALESCE(p.currency_rate, 1)
                           / COALESCE(NULLIF(m.invoice_currency_rate, 0), 1) END
           ) AS amount
      FROM line p
      JOIN sale_order_line_invoice_rel r ON r.order_line_id = p.line_id
      JOIN account_move_line l ON l.id = r.invoice_line_id
      JOIN account_move m ON m.id = l.move_id
     WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund')
     GROUP BY p.order_id"""

#: Per order what its positions are worth less what was billed, in total per customer and
#: currency.
_ON_ORDER = f"""
    WITH target AS MATERIALIZED {_TARGET},
    drafted AS MATERIALIZED ({_DRAFTED}),
    open_order AS MATERIALIZED ({_OPEN_ORDERS}),
    line AS MATERIALIZED ({_POSITIONS}),
    billed AS MATERIALIZED ({_BILLED})
    SELECT root_id, partner_id, own_id, currency_id,
           SUM(GREATEST(total - billed, 0) - due)::float8, SUM(due)::float8
      FROM (
        SELECT p.root_id, p.partner_id, p.currency_id,
               CASE WHEN p.order_id = ANY(order_ids) THEN p.order_id END AS own_id,
               p.total, COALESCE(b.amount, 0) AS billed,
               LEAST(GREATEST(p.delivered - COALESCE(b.amount, 0), 0),
                     GREATEST(p.total - COALESCE(b.amount, 0), 0)) AS due
          FROM (
            SELECT root_id, partner_id, order_id, currency_id,
                   SUM(GREATEST(ordered, delivered) * price) AS total,
                   SUM(delivered * price) AS delivered
              FROM line
             GROUP BY root_id, partner_id, order_id, currency_id) p
          LEFT JOIN billed b ON b.order_id = p.order_id) part
     GROUP BY root_id, partner_id, own_id, currency_id"""

_FUNCTION = """
    CREATE FUNCTION {name} (
        root_ids int[], partner_ids int[], {argument}
    ) RETURNS TABLE ({columns}) LANGUAGE plpgsql STABLE AS $$
    #variable_conflict use_column
    DECLARE wanted_root int; wanted_partner int;
    BEGIN
        FOR number IN 1 .. cardinality(root_ids) LOOP
            wanted_root := root_ids[number];
            wanted_partner := partner_ids[number];
            RETURN QUERY {query};
        END LOOP;
    END $$"""
_CUSTOMER = "root_id int, partner_id int"
#: The definition of each function.
FUNCTIONS = {
    "bop_customer_payments": _FUNCTION.format(
        name="bop_customer_payments",
        argument="today date",
        columns=f"{_CUSTOMER}, instalments bigint, paid_invoices bigint,"
        " on_time_share float8, average_days_late float8, worst_days_late int",
        query=_PAYMENTS,
    ),
    "bop_customer_receivables": _FUNCTION.format(
        name="bop_customer_receivables",
        argument="today date",
        columns=f"{_CUSTOMER}, balance float8, overdue_amount float8, overdue_days int",
        query=_RECEIVABLES,
    ),
    "bop_customer_on_order": _FUNCTION.format(
        name="bop_customer_on_order",
        argument="order_ids int[]",
        columns=f"{_CUSTOMER}, order_id int, currency_id int, open_orders float8,"
        " delivered_unbilled float8",
        query=_ON_ORDER,
    ),
}
