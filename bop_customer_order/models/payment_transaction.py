# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import str2bool


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _acceptance_invoice_late(self) -> None:
        """Do what Odoo does when an order is in force at the moment it is paid: make
        the invoice, and reconcile it with the payment.

        A transaction that is being processed still comes to that by itself.
        """
        automatic = self.env["ir.config_parameter"].sudo()
        if not str2bool(automatic.get_param("sale.automatic_invoice")):
            return
        paid = self.filtered(
            lambda tx: (
                tx.state == "done"
                and tx.operation != "validation"
                and tx.is_post_processed
                and not tx.invoice_ids
            )
        )
        for transaction in paid:
            transaction._invoice_sale_orders()
            transaction._acceptance_reconcile()
        paid._send_invoice()

    def _acceptance_reconcile(self) -> None:
        """Post the invoices of this transaction, and pay them with its payment."""
        self.ensure_one()
        invoices = self.invoice_ids
        invoices.filtered(lambda move: move.state == "draft").action_post()
        account = self.payment_id.destination_account_id
        lines = self.payment_id.move_id.line_ids + invoices.line_ids
        lines.filtered(
            lambda line: line.account_id == account and not line.reconciled
        ).reconcile()
