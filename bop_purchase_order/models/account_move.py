# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Vendor bills that came over the network: are they what was ordered and received?"""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, holds
from odoo.addons.bop_contract.rules.terms import decimal_text
from odoo.addons.bop_contract.ubl.billing import Invoice, parse_invoice

from ..rules.bill_check import (
    NOT_BOOKED,
    Bill,
    Difference,
    Ordered,
    check_bill,
)
from .bill_text import BillText
from .purchase_order_bills import billed_line

BILL_FIELDS = ("bop_pair_id", "bop_message_id", "bop_differences", "bop_checked_at")


class AccountMove(models.Model):
    _inherit = "account.move"

    # === FIELDS ===#
    bop_pair_id = fields.Many2one(
        "bop.contract.pair",
        string="Network Contract",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The contract with whose vendor this bill came over the network.",
    )
    bop_message_id = fields.Many2one(
        "bop.message", copy=False, readonly=True, ondelete="restrict"
    )
    bop_differences = fields.Json(
        string="Differences",
        copy=False,
        readonly=True,
        help="What is not as ordered and received: code, position, expected, found.",
    )
    bop_checked_at = fields.Datetime(string="Checked on", copy=False, readonly=True)
    bop_differences_text = fields.Text(compute="_compute_bop_differences_text")

    _bop_bill_unique = models.UniqueIndex(
        "(company_id, commercial_partner_id, move_type, ref)"
        " WHERE bop_pair_id IS NOT NULL AND state <> 'cancel'",
        "This bill of the vendor is here already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("bop_differences")
    @api.depends_context("lang")
    def _compute_bop_differences_text(self):
        texts = BillText(self.env)
        for move in self:
            move.bop_differences_text = "\n".join(
                texts.sentence(Difference(**plain))
                for plain in move.bop_differences or []
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Let nobody but the system say that a bill came over the network.

        :raises UserError: stated by anybody else
        """
        for vals in vals_list:
            self._check_bop_bill(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Let nobody but the system say how a bill came, or how it differs.

        :raises UserError: written by anybody else
        """
        self._check_bop_bill(vals)
        return super().write(vals)

    def _check_bop_bill(self, vals: dict) -> None:
        if any(name in vals for name in BILL_FIELDS) and not holds(SYSTEM):
            raise UserError(
                self.env._(
                    "How a bill came over the network, and how it differs from the"
                    " order, is noted by the system alone."
                )
            )

    # === ACTION METHODS ===#
    def action_bop_check(self):
        """Look again whether a bill is what was ordered and received by now. It is
        posted when it is.
        """
        self.check_access("write")
        for move in self.sudo().filtered("bop_pair_id"):
            if move.state == "draft":
                move._bop_settle()

    # === BUSINESS METHODS ===#
    def _bop_attach(self, message) -> None:
        """Keep the document itself with the bill."""
        self.env["ir.attachment"].create(
            {
                "name": f"{(self.ref or '').replace('/', '_')}.xml",
                "raw": message._body_bytes(),
                "mimetype": "application/xml",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _bop_settle(self) -> None:
        """Post this draft when it equals what was ordered and received and its vendor
        may bill; else show the differences.
        """
        self.ensure_one()
        found = list(check_bill(*self._prepare_bill_check()))
        if not found and self.bop_pair_id.peer_id.may_bill:
            found = self._bop_book()
        self._bop_show(found)

    def _bop_book(self) -> list[Difference]:
        """Post this bill.

        :return: why the books do not take it, nothing when they do
        """
        try:
            with self.env.cr.savepoint():
                self.action_post()
        except UserError as error:
            return [Difference(NOT_BOOKED, found=str(error))]
        return []

    def _bop_show(self, found: list[Difference]) -> None:
        """Keep the differences, and ask the buyer to look at them."""
        differences = [asdict(difference) for difference in found]
        news = differences != (self.bop_differences or [])
        with hold(self.env, SYSTEM):
            self.write(
                {
                    "bop_differences": differences or False,
                    "bop_checked_at": fields.Datetime.now(),
                }
            )
        if self.state == "posted":
            self.activity_unlink(["mail.mail_activity_data_warning"])
            self.message_post(
                body=self.env._(
                    "Equal to what was ordered and received: posted by the system."
                )
            )
        elif news and found:
            self._bop_ask_buyer()

    def _bop_ask_buyer(self) -> None:
        orders = self.invoice_line_ids.purchase_line_id.order_id
        order = orders[:1] or self.bop_pair_id._orders()[:1]
        self.activity_unlink(["mail.mail_activity_data_warning"])
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Bill differs from the order"),
            note=self.bop_differences_text.replace("\n", "<br/>"),
            user_id=(order.user_id or order.create_uid or self.env.user).id,
        )

    # === FACTS ===#
    def _prepare_bill_check(self) -> tuple[Bill, Ordered]:
        """The bill as its document states it, and what our books say of the same."""
        invoice = parse_invoice(self.bop_message_id._body_bytes())
        lines = self.bop_pair_id._positions(line.uid for line in invoice.lines)
        return self._prepare_bill(invoice), self._prepare_ordered(lines)

    def _prepare_bill(self, invoice: Invoice) -> Bill:
        tax = sum(Decimal(part.amount) for part in invoice.taxes)
        net = sum(Decimal(line.amount) for line in invoice.lines)
        return Bill(
            currency=invoice.currency,
            lines=tuple(map(billed_line, invoice.lines)),
            tax=decimal_text(tax),
            total=decimal_text(net + tax),
            credit=invoice.credit,
            prepaid=invoice.prepaid,
            rounding=invoice.rounding,
            due=invoice.due_date,
            unread=tuple(f"{extra.path}: {extra.value}" for extra in invoice.extras),
        )

    def _prepare_ordered(self, lines: dict) -> Ordered:
        """What was ordered and received.

        :param lines: the purchase order lines by position
        """
        positions = self.env["purchase.order.line"].union(*lines.values())
        units = positions.product_uom_id._bop_unit_codes()
        own = self._billed_by_this()
        order = positions.order_id[:1] or self.bop_pair_id._orders()[:1]
        digits = self.currency_id.decimal_places
        due = self.invoice_date_due if self.invoice_payment_term_id else False
        return Ordered(
            currency=order.currency_id.name,
            positions=tuple(
                line._prepare_position(
                    units[line.product_uom_id.id],
                    line.qty_invoiced - own.get(line.id, 0.0),
                )
                for line in positions
            ),
            tax=decimal_text(self.amount_tax, digits),
            total=decimal_text(self.amount_total, digits),
            digits=digits,
            due=fields.Date.to_string(due) if due else "",
        )

    def _billed_by_this(self) -> dict[int, float]:
        """What this bill adds to the billed quantity of each purchase order line."""
        sign = -1 if self.move_type == "in_refund" else 1
        found: dict[int, float] = {}
        for line in self.invoice_line_ids.filtered("purchase_line_id"):
            position = line.purchase_line_id
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, position.product_uom_id
            )
            found[position.id] = found.get(position.id, 0.0) + sign * quantity
        return found
