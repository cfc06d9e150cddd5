# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError


class BopCreditHoldTarget(models.AbstractModel):
    """What can be put on credit hold: a customer, or one of its orders (S4.19)."""

    _name = "bop.credit.hold.target"
    _description = "Target of Credit Holds"

    # === FIELDS ===#
    credit_hold = fields.Boolean(
        string="On Credit Hold",
        compute="_compute_credit_hold",
        search="_search_credit_hold",
        groups="base.group_user",
        help="Nothing is delivered, purchased or produced until the hold is released.",
    )
    credit_hold_id = fields.Many2one(
        "bop.credit.hold", compute="_compute_credit_hold", groups="base.group_user"
    )
    credit_hold_text = fields.Text(
        compute="_compute_credit_hold",
        groups="base.group_user",
        help="Who is on hold, since when, and why. Not for the customer's eyes.",
    )

    # === WHAT A CONCRETE MODEL SAYS ===#
    def _compute_credit_hold(self):
        raise NotImplementedError

    def _search_credit_hold(self, operator, value):
        raise NotImplementedError

    def _credit_hold_targets(self):
        """The records a hold on these stands on: the company of a contact, the version
        in force of an order.
        """
        raise NotImplementedError

    @api.model
    def _credit_hold_field(self) -> str:
        """The field of ``bop.credit.hold`` that names such a record."""
        raise NotImplementedError

    def _credit_hold_company(self):
        """The company in which this record is held."""
        raise NotImplementedError

    def _set_credit_hold(self, held: dict) -> None:
        """Fill the fields from ``{id: bop.credit.hold}``."""
        for record in self:
            row = held.get(record.id, self.env["bop.credit.hold"])
            record.credit_hold_id = row
            record.credit_hold = bool(row)
            record.credit_hold_text = row.sudo()._sentence() if row else False

    # === ACTION METHODS ===#
    def action_place_credit_hold(self):
        """Ask why, for one or many."""
        return self._credit_hold_wizard("place", self.env._("Put on Credit Hold"))

    def action_release_credit_hold(self):
        """Ask why not any more, for one or many."""
        return self._credit_hold_wizard("release", self.env._("Release Credit Hold"))

    def action_view_credit_holds(self):
        """The history of holds on this customer, its orders included, or this order."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "bop_customer_order.action_credit_hold_history"
        )
        return {**action, "domain": self._credit_hold_history_domain()}

    def _credit_hold_wizard(self, mode: str, title: str) -> dict:
        self.env["bop.credit.hold"]._check_user()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "bop.credit.hold.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_mode": mode,
                "active_model": self._name,
                "active_ids": self.ids,
            },
        }

    def _credit_hold_history_domain(self) -> list:
        return [(self._credit_hold_field(), "in", self._credit_hold_targets().ids)]

    # === BUSINESS METHODS ===#
    def place_credit_hold(self, reason: str) -> int:
        """Put these customers, or these orders, on credit hold. One that a person has
        put on hold already stays as it is.

        :param reason: why; the message of every refusal names it
        :return: how many holds were placed
        :raises AccessError: the user is no credit controller, or may not see a record
        :raises UserError: no reason, or contracts are switched off in the company
        """
        history = self.env["bop.credit.hold"]
        history._check_user()
        self.check_access("read")
        reason = _text(reason, self.env._("Say why: the reason is shown to everybody."))
        targets = self._credit_hold_targets()
        free = targets - targets._credit_hold_rows(automatic=False)._targets(self._name)
        rows = history._place([target._prepare_hold_vals(reason) for target in free])
        rows._log_placed()
        return len(rows)

    def release_credit_hold(self, note: str, no_automatic_until=False) -> int:
        """Release these customers, or these orders, from their holds.

        :param note: why; kept in the history
        :param no_automatic_until: date before which they are not put on hold
            automatically again; empty: as soon as there is a reason
        :return: how many holds were released
        :raises AccessError: the user is no credit controller, or may not see a record
        :raises UserError: no note, or nothing to release here
        """
        self.env["bop.credit.hold"]._check_user()
        self.check_access("read")
        note = _text(note, self.env._("Say why the hold is released."))
        targets = self._credit_hold_targets()
        until = self._credit_hold_date(no_automatic_until)
        rows = targets._credit_hold_rows()
        if not rows:
            targets._refuse_release()
        rows._release(note, until)
        rows._log_released()
        return len(rows)

    def _credit_hold_rows(self, **values):
        """Holds in force that stand on these records themselves, in their companies."""
        domain = [
            (self._credit_hold_field(), "in", self.ids),
            ("company_id", "in", self._credit_hold_company().ids),
            ("released_at", "=", False),
            *((name, "=", value) for name, value in values.items()),
        ]
        return self.env["bop.credit.hold"].sudo().search(domain)

    @api.model
    def _credit_hold_date(self, value):
        """A date, from a client that may send anything.

        :raises UserError: no date
        """
        try:
            return fields.Date.to_date(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise UserError(
                self.env._("%s is not a date: write it as 2026-12-31.", value)
            ) from error

    def _refuse_release(self) -> None:
        held = self.filtered("credit_hold")[:1]
        row = held.credit_hold_id.sudo()
        if row and row.company_id not in self._credit_hold_company():
            raise UserError(
                self.env._(
                    "%(hold)s It is the hold of %(company)s: release it there.",
                    hold=held.credit_hold_text,
                    company=row.company_id.name,
                )
            )
        if row:
            raise UserError(
                self.env._(
                    "%(hold)s It is the customer that is on hold: release the customer.",
                    hold=held.credit_hold_text,
                )
            )
        raise UserError(self.env._("Nothing of this is on credit hold."))

    def _prepare_hold_vals(self, reason: str) -> dict:
        self.ensure_one()
        company = self._credit_hold_company()
        if not company.sudo().bop_contracts:
            raise UserError(
                self.env._(
                    "%s makes no contracts (Settings > Sales > Contracts), so that a"
                    " credit hold would stop nothing there.",
                    company.sudo().name,
                )
            )
        return {
            self._credit_hold_field(): self.id,
            "company_id": company.id,
            "target_name": self.sudo().display_name,
            "reason": reason,
        }


def _text(value: object, otherwise: str) -> str:
    """``value`` without the blanks around it.

    :raises UserError: ``otherwise``, when it says nothing
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise UserError(otherwise)
    return text
