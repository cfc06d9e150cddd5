# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, holds

CREDIT_GROUP = "bop_customer_order.group_credit"


class BopCreditHold(models.Model):
    """One credit hold on a customer or on an order: who placed it, when and why, and
    who released it, when and why (S4.19, S4.59). The rows are the history: none is ever
    deleted, and a released one is never touched again.
    """

    _name = "bop.credit.hold"
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
    is_active = fields.Boolean(
        string="In Force", compute="_compute_is_active", search="_search_is_active"
    )

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

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self._check_system()
        return super().create(vals_list)

    def write(self, vals):
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
                    "Only credit managers place and release credit holds. Ask one of"
                    " them, or your administrator for the group “Credit”."
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

    def _release(self, note: str) -> None:
        """End these holds; the caller has checked who may."""
        with hold(self.env, SYSTEM):
            self.sudo().write(
                {
                    "released_by": self.env.uid,
                    "released_at": fields.Datetime.now(),
                    "release_note": note,
                }
            )
