# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..models.bop_contract_intake import gap_text

#: Where the answer to a question is.
ANSWERS = {
    "product": "product_id",
    "unit": "unit_id",
    "tax": "tax_id",
    "address": "address_id",
    "payment_term": "payment_term_id",
    "incoterm": "incoterm_id",
}
KINDS = [(kind, kind) for kind in (*ANSWERS, "currency", "number")]


class BopIntakeWizard(models.AbstractModel):
    """Asks what a partner means by words that nobody here knows.

    The concrete model defines ``order_id`` and ``line_ids``, and what their domains need
    of the order.
    """

    _name = "bop.intake.mixin"
    _description = "Complete Order"

    kinds = fields.Char(
        compute="_compute_kinds", help="What is asked for: nothing else is shown."
    )

    def _compute_kinds(self):
        for wizard in self:
            wizard.kinds = " ".join(sorted(set(wizard.line_ids.mapped("kind"))))

    def action_apply(self):
        """Learn the answers and fill the order; what was not answered stays open.

        :raises UserError: an answer does not fit
        :raises AccessError: the user may not write the order
        """
        self.ensure_one()
        answered = self.line_ids.filtered(lambda line: line._answer())
        self.order_id._intake_map(
            {(line.kind, line.key): line._answer() for line in answered}
        )
        return {"type": "ir.actions.act_window_close"}


class BopIntakeWizardLine(models.AbstractModel):
    """A word of a partner, and what it means.

    The concrete model defines ``wizard_id``.
    """

    _name = "bop.intake.line.mixin"
    _description = "Word of a Partner"

    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    key = fields.Char(readonly=True)
    text = fields.Char(readonly=True)
    question = fields.Char(compute="_compute_question")
    product_id = fields.Many2one("product.product")
    unit_id = fields.Many2one("uom.uom")
    tax_id = fields.Many2one("account.tax")
    address_id = fields.Many2one("res.partner")
    payment_term_id = fields.Many2one("account.payment.term")
    incoterm_id = fields.Many2one("account.incoterms")

    def _compute_question(self):
        for line in self:
            line.question = gap_text(self.env, {"kind": line.kind, "text": line.text})

    def _answer(self):
        """The record that was chosen."""
        self.ensure_one()
        return self[ANSWERS[self.kind]] if self.kind in ANSWERS else None
