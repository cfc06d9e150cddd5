# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.bop_contract.models import guard
from odoo.addons.bop_contract.models.capability import SYSTEM, hold, holds

#: What a row says for ever; the customer it belongs to follows a merge of partners.
HISTORY = (
    "partner_id",
    "order_id",
    "target_name",
    "company_id",
    "reason",
    "automatic",
    "reasons",
    "placed_by",
    "placed_at",
    "released_by",
    "released_at",
    "release_note",
    "no_automatic_until",
)
CREDIT_GROUP = "bop_customer_order.group_credit"


class BopCreditHold(models.Model):
    """One credit hold on a customer or on an order: who placed it, when and why, and
    who released it, when and why (S4.19, S4.59). The rows are the history: none is ever
    deleted, and a released one is never touched again.
    """

    _name = "bop.credit.hold"
    _inherit = ["bop.guarded"]
    _description = "Credit Hold"
    _order = "placed_at DESC, id DESC"
    _rec_name = "target_name"

    # === FIELDS ===#
    partner_id = fields.Many2one(
        "res.partner",
        string="Held Customer",
        readonly=True,
        ondelete="restrict",
        help="Empty when a single order is held.",
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Held Order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The version in force. Empty when the customer is held.",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_commercial_partner_id",
        store=True,
        ondelete="restrict",
        help="The company the held customer belongs to today: all of it is held.",
    )
    target_name = fields.Char(string="On Hold", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    reason = fields.Text(required=True, readonly=True)
    automatic = fields.Boolean(
        readonly=True, help="Placed by the payment record, not by a person."
    )
    placed_by = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    placed_at = fields.Datetime(required=True, readonly=True)
    released_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    released_at = fields.Datetime(readonly=True)
    release_note = fields.Text(readonly=True)
    no_automatic_until = fields.Date(
        string="Not Automatically Before",
        readonly=True,
        help="Released by a person: the customer is not put on hold automatically again"
        " before this day.",
    )
    is_active = fields.Boolean(
        string="In Force", compute="_compute_is_active", search="_search_is_active"
    )

    order_count = fields.Integer(string="Orders Waiting", compute="_compute_waiting")
    order_amount = fields.Monetary(
        string="Worth",
        compute="_compute_waiting",
        help="Total of the orders that are kept waiting, in the company's currency.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _one_on_customer = models.UniqueIndex(
        "(partner_id, company_id, automatic)"
        " WHERE released_at IS NULL AND partner_id IS NOT NULL",
        "This customer is on credit hold already.",
    )
    _one_on_order = models.UniqueIndex(
        "(order_id, automatic) WHERE released_at IS NULL AND order_id IS NOT NULL",
        "This order is on credit hold already.",
    )
    _customer = models.Index(
        "(commercial_partner_id, company_id) WHERE released_at IS NULL"
    )

    # === INIT ===#
    def init(self):
        """Keep the history, for the ORM and for raw SQL."""
        guard.create_functions(self.env.cr)
        guard.guard_history(self.env.cr, self._table, HISTORY)
        return super().init()

    # === COMPUTE METHODS ===#
    @api.depends(
        "partner_id.commercial_partner_id", "order_id.partner_id.commercial_partner_id"
    )
    def _compute_commercial_partner_id(self):
        for row in self:
            partner = row.partner_id or row.order_id.partner_id
            # An order that was deleted leaves the customer it was for.
            row.commercial_partner_id = (
                partner.commercial_partner_id or row.commercial_partner_id
            )

    @api.depends("released_at")
    def _compute_is_active(self):
        for row in self:
            row.is_active = not row.released_at

    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("released_at", "=" if True in value else "!=", False)]

    @api.depends("released_at")
    def _compute_waiting(self):
        """Orders this hold keeps from being accepted or carried out to the end."""
        orders = self.env["sale.order"]
        held = orders._credit_hold_sql()
        orders.flush_model(["business_status", "amount_total", "currency_rate"])
        rows = self.env.execute_query(
            SQL(
                """SELECT h.hold_id, count(*),
                       sum(o.amount_total / coalesce(nullif(o.currency_rate, 0), 1))
                   FROM (%s) h JOIN sale_order o ON o.id = h.order_id
                   WHERE h.hold_id IN %s
                     AND o.business_status IN ('waiting', 'active')
                   GROUP BY h.hold_id""",
                held,
                tuple(self.ids) or (0,),
            )
        )
        found = {hold_id: (count, amount) for hold_id, count, amount in rows}
        for row in self:
            row.order_count, row.order_amount = found.get(row.id, (0, 0.0))

    # === ACTION METHODS ===#
    def action_release(self):
        """Ask why these holds are released."""
        return {
            **self.env["sale.order"]._credit_hold_wizard(
                "release", self.env._("Release Credit Hold")
            ),
            "context": {
                "default_mode": "release",
                "active_model": self._name,
                "active_ids": self.ids,
            },
        }

    def action_view_orders(self):
        """The orders this hold keeps waiting."""
        self.ensure_one()
        query = SQL(
            "(SELECT order_id FROM (%s) h WHERE h.hold_id = %s)",
            self.env["sale.order"]._credit_hold_sql(),
            self.id,
        )
        orders = self.env["sale.order"].search(
            [("id", "in", query), ("business_status", "in", ("waiting", "active"))]
        )
        return orders._get_records_action(name=self.env._("Orders on Hold"))

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Take holds from the system alone.

        :raises UserError: made by anybody else
        """
        self._check_system()
        return super().create(vals_list)

    def write(self, vals):
        """Let the system alone change holds: their history is kept as it was.

        :raises UserError: written by anybody else
        """
        if self:
            self._check_system()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The history of credit holds is kept: nothing can be deleted.")
        )

    def _check_system(self) -> None:
        """Refuse writing past ``_place`` and ``_release``.

        :raises UserError: names the way
        """
        if not holds(SYSTEM):
            raise UserError(
                self.env._(
                    "Credit holds are placed and released with the buttons of the"
                    " customer or the order; their history cannot be edited."
                )
            )

    # === BUSINESS METHODS ===#
    @api.model
    def _check_user(self) -> None:
        """Whether the user may place and release credit holds, also where the running
        code is superuser.

        :raises AccessError: not in the group
        """
        if not self.env.user.has_group(CREDIT_GROUP):
            raise AccessError(
                self.env._(
                    "Only credit controllers place and release credit holds. Ask one of"
                    " them, or your administrator for the group “Credit Controller”."
                )
            )

    @api.model
    def _place(self, vals_list: list[dict]):
        """Write new holds; the caller has checked who may.

        :param vals_list: target, company, reason, whether automatic
        """
        stamp = {"placed_by": self.env.uid, "placed_at": fields.Datetime.now()}
        with hold(self.env, SYSTEM):
            return self.sudo().create([{**stamp, **vals} for vals in vals_list])

    def _release(self, note: str, no_automatic_until=False) -> None:
        """End these holds; the caller has checked who may."""
        with hold(self.env, SYSTEM):
            self.sudo().write(
                {
                    "released_by": self.env.uid,
                    "released_at": fields.Datetime.now(),
                    "release_note": note,
                    "no_automatic_until": no_automatic_until,
                }
            )

    def _forget_order(self) -> None:
        """The order of these rows is deleted; they keep its number."""
        with hold(self.env, SYSTEM):
            self.sudo().order_id = False

    def _targets(self, model: str):
        """The customers, or the orders, that are held."""
        name = self.env[model]._credit_hold_field()
        return self[name].with_env(self.env(su=False))

    # === WHO IS HELD ===#
    @api.model
    def _customers_domain(self, company) -> Domain:
        """Holds on customers that are in force in ``company``: its own and those of the
        company it is a branch of.
        """
        if not company.sudo().bop_contracts:
            return Domain.FALSE
        return (
            Domain("released_at", "=", False)
            & Domain("partner_id", "!=", False)
            & Domain("company_id", "in", company.sudo().parent_ids.ids)
        )

    def _by_customer(self) -> dict:
        """``{(customer, company or branch): hold}`` of these holds on customers, a
        person's before an automatic one.
        """
        companies = self.env["res.company"].search(
            [("id", "child_of", self.company_id.ids)]
        )
        branches = {
            company: companies.filtered(
                lambda branch, company=company: company in branch.parent_ids
            )
            for company in self.company_id
        }
        found: dict = {}
        for row in self.sorted(lambda row: (row.automatic, row.id)):
            for branch in branches[row.company_id]:
                found.setdefault((row.commercial_partner_id, branch), row)
        return found

    @api.model
    def _search_customers(self):
        """Subquery of the customers that are on hold in the current company."""
        query = self._search(self._customers_domain(self.env.company))
        return query.subselect("commercial_partner_id")

    # === MESSAGES ===#
    def _sentence(self) -> str:
        """Who is on hold, since when, why, and who placed it, in the reader's language."""
        self.ensure_one()
        row = self.sudo()
        values = {
            "target": row.target_name,
            "date": format_date(self.env, row.placed_at.date()),
            "reason": row._reason_text().rstrip(". "),
            "user": row.placed_by.name,
        }
        if row.automatic:
            return self.env._(
                "%(target)s is on credit hold since %(date)s: %(reason)s (automatic).",
                **values,
            )
        return self.env._(
            "%(target)s is on credit hold since %(date)s: %(reason)s (placed by"
            " %(user)s).",
            **values,
        )

    def _reason_text(self) -> str:
        """Why, in the reader's language where the system found the reason."""
        self.ensure_one()
        return self.reason

    def _log_placed(self) -> None:
        self._log_on_targets({row: row._sentence() for row in self.sudo()})

    def _log_released(self) -> None:
        texts = {
            row: self.env._(
                "The credit hold on %(target)s in %(company)s is released: %(note)s",
                target=row.target_name,
                company=row.company_id.name,
                note=row.release_note,
            )
            for row in self.sudo()
        }
        self._log_on_targets(texts)

    def _log_on_targets(self, texts: dict) -> None:
        """A note on each customer or order, a constant number of queries for all."""
        for model in ("res.partner", "sale.order"):
            name = self.env[model]._credit_hold_field()
            bodies = {row[name].id: text for row, text in texts.items() if row[name]}
            if bodies:
                targets = self.env[model].sudo().browse(bodies)
                targets._message_log_batch(bodies=bodies)
