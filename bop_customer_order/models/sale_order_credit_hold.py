# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

#: Holds in force and the orders they hold: all that the customer ordered or pays, the
#: order itself, the offer of a change to it.
HELD = """
WITH customer AS (
    SELECT h.id AS hold_id, p.id AS partner_id, c.id AS company_id
      FROM bop_credit_hold h
      JOIN res_company held ON held.id = h.company_id
      JOIN res_company c
        ON c.parent_path LIKE held.parent_path || '%%' AND c.bop_contracts
      JOIN res_partner p ON p.commercial_partner_id = h.commercial_partner_id
     WHERE h.released_at IS NULL AND h.partner_id IS NOT NULL)
SELECT h.hold_id, o.id AS order_id FROM customer h
    JOIN sale_order o ON o.partner_id = h.partner_id AND o.company_id = h.company_id
UNION SELECT h.hold_id, o.id FROM customer h
    JOIN sale_order o
      ON o.partner_invoice_id = h.partner_id AND o.company_id = h.company_id
UNION SELECT h.id, o.id FROM bop_credit_hold h
    JOIN res_company c ON c.id = h.company_id AND c.bop_contracts
    JOIN sale_order o ON o.id = h.order_id WHERE h.released_at IS NULL
UNION SELECT h.id, o.id FROM bop_credit_hold h
    JOIN res_company c ON c.id = h.company_id AND c.bop_contracts
    JOIN sale_order o ON o.predecessor_id = h.order_id AND o.is_contract IS NOT TRUE
    WHERE h.released_at IS NULL
"""


class SaleOrder(models.Model):
    """An order is on hold by itself, by its customer, or by who pays for it."""

    _name = "sale.order"
    _inherit = ["sale.order", "bop.credit.hold.target"]

    # === COMPUTE METHODS ===#
    @api.depends(
        "partner_id.commercial_partner_id",
        "partner_invoice_id.commercial_partner_id",
        "company_id",
        "predecessor_id",
    )
    @api.depends_context("lang")
    def _compute_credit_hold(self):
        self._set_credit_hold(self._credit_hold_map())

    def _search_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = Domain(
            "id", "in", SQL("(SELECT order_id FROM (%s) held)", self._credit_hold_sql())
        )
        return held if True in value else ~held

    # === CRUD METHODS ===#
    @api.ondelete(at_uninstall=False)
    def _unlink_credit_hold(self):
        """A deleted quotation leaves its history with the customer."""
        rows = self.env["bop.credit.hold"].sudo().search([("order_id", "in", self.ids)])
        rows.filtered("is_active")._release(self.env._("The order was deleted."))
        rows._forget_order()

    # === TARGET OF HOLDS ===#
    def _credit_hold_targets(self):
        """A change does not end a hold, and an offer is held with its order."""
        orders = self.sudo().browse(order._credit_hold_key() for order in self)
        superseded = orders.filtered("successor_id")
        current = (order._contract_current() for order in superseded)
        return (orders - superseded).union(*current).with_env(self.env)

    @api.model
    def _credit_hold_field(self):
        return "order_id"

    def _credit_hold_company(self):
        return self.company_id

    # === WHAT IS REFUSED ===#
    def _check_supply(self) -> None:
        """Refuse that something new is purchased or produced for these orders.

        :raises UserError: names the orders that are on hold, why, and the way
        """
        held = self._credit_hold_map()
        if not held:
            return
        orders = self.filtered(lambda order: order.id in held)
        reasons = dict.fromkeys(row._sentence() for row in held.values())
        raise UserError(
            self.env._(
                "Nothing new is purchased or produced for %(orders)s:\n"
                "%(reasons)s\nAsk a credit controller to release the hold (Sales >"
                " Orders > Credit Holds).",
                orders=", ".join(orders.mapped("name")),
                reasons="\n".join(reasons),
            )
        )

    # === BUSINESS METHODS ===#
    @api.model
    def _credit_hold_sql(self) -> SQL:
        """Pairs ``hold_id``, ``order_id`` of what is held now."""
        self.env["bop.credit.hold"].flush_model()
        self.flush_model(["partner_id", "partner_invoice_id", "company_id"])
        self.flush_model(["predecessor_id", "is_contract"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["res.company"].flush_model(["bop_contracts", "parent_path"])
        return SQL(HELD)

    def _credit_hold_map(self) -> dict:
        """The hold each of these orders is under, read from the database whatever
        stands in the cache: ``{order.id: bop.credit.hold}``, orders that are free left
        out.

        An own hold comes before the customer's, the customer's before that of the
        payer, whose money it is about, and a person's before an automatic one. A hold
        in a company is one in its branches. Nothing is held in a company that
        makes no contracts. An offer is held with the order it changes.
        """
        if not self:
            return {}
        orders = self.sudo()
        holds = orders._credit_holds().sorted(lambda row: (row.automatic, row.id))
        if not holds:
            return {}
        on_order = {row.order_id.id: row for row in reversed(holds) if row.order_id}
        on_customer = holds.filtered("partner_id")._by_customer()
        found = {
            order.id: on_order.get(order._credit_hold_key())
            or order._credit_hold_of_customers(on_customer)
            for order in orders
            if order.company_id.bop_contracts
        }
        return {
            order_id: row.sudo(self.env.su) for order_id, row in found.items() if row
        }

    def _credit_holds(self):
        """Holds in force that may be on one of these orders. Nearly always there is
        none, which has to be found out fast.
        """
        holds = self.env["bop.credit.hold"]
        holds.flush_model()
        customers = (self.partner_id | self.partner_invoice_id).commercial_partner_id
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM bop_credit_hold WHERE released_at IS NULL"
                " AND (order_id = ANY(%s) OR partner_id IS NOT NULL"
                " AND commercial_partner_id = ANY(%s))",
                [key for order in self if (key := order._credit_hold_key())],
                customers.ids,
            )
        )
        return holds.browse(row[0] for row in rows)

    def _credit_hold_of_customers(self, held: dict):
        """The hold on who orders this, else on who pays for it, else nothing.

        :param held: see ``bop.credit.hold._by_customer``
        """
        self.ensure_one()
        partners = (self.partner_id, self.partner_invoice_id)
        found = (
            held.get((partner.commercial_partner_id, self.company_id))
            for partner in partners
        )
        return next(filter(None, found), None)

    def _credit_hold_key(self) -> int:
        """Id of the order a hold on this one stands on."""
        self.ensure_one()
        order = self.predecessor_id if self.is_offer else self
        return order._origin.id
