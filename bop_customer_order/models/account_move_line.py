# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # The latest paid instalments of a customer, found at once however many there are.
    _paid_instalments = models.Index(
        "(partner_id, company_id, date_maturity) WHERE display_type = 'payment_term'"
        " AND parent_state = 'posted' AND reconciled"
    )

    def _sale_create_reinvoice_sale_line(self):
        """Costs that are re-invoiced to the customer become execution lines of the
        order.
        """
        with hold(self.env, EXECUTION):
            return super()._sale_create_reinvoice_sale_line()


class AccountMove(models.Model):
    _inherit = "account.move"

    _drafts_of_customer = models.Index("(commercial_partner_id) WHERE state = 'draft'")
