# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.bop_contract.models.bop_contract_link import COPY, LEAVE, MOVE, Link

#: What was delivered, billed, produced, purchased or done for the customer belongs to
#: the version in force.
MOVED = (
    ("stock.move", "sale_line_id"),
    ("stock.picking", "sale_id"),
    ("sale.order", "stock_reference_ids"),
    ("sale.order.line", "invoice_lines"),
    ("sale.order", "transaction_ids"),
    ("purchase.order.line", "sale_line_id"),
    ("mrp.production", "sale_line_id"),
    ("account.analytic.line", "so_line"),
    ("account.analytic.line", "order_id"),
    ("project.task", "sale_line_id"),
    ("project.task", "sale_order_id"),
    ("project.milestone", "sale_line_id"),
    ("project.project", "sale_line_id"),
    ("project.project", "reinvoiced_sale_order_id"),
    ("project.sale.line.employee.map", "sale_line_id"),
    ("hr.expense", "sale_order_id"),
    ("hr.expense", "sale_order_line_id"),
    ("event.registration", "sale_order_id"),
    ("event.registration", "sale_order_line_id"),
    ("event.booth", "sale_order_id"),
    ("event.booth", "sale_order_line_id"),
    ("event.booth", "sale_order_line_registration_ids"),
    ("event.booth.registration", "sale_order_line_id"),
    ("pos.order.line", "sale_order_origin_id"),
    ("pos.order.line", "sale_order_line_id"),
    ("repair.order", "sale_order_id"),
    ("repair.order", "sale_order_line_id"),
    ("loyalty.card", "order_id"),
    ("loyalty.history", "order_id"),
    ("sale.order.coupon.points", "order_id"),
    ("sale.order", "applied_coupon_ids"),
    ("bop.credit.hold", "order_id"),
)
#: What a version says: each has its own.
COPIED = (
    ("sale.order", "tag_ids"),
    ("sale.order", "quotation_document_ids"),
    ("sale.order", "code_enabled_rule_ids"),
    ("sale.order", "disabled_auto_rewards"),
    ("sale.order.line", "tax_ids"),
    ("sale.order.line", "route_ids"),
    ("sale.order.line", "product_document_ids"),
    ("sale.order.line", "product_no_variant_attribute_value_ids"),
    ("sale.order.line", "linked_line_id"),
    ("product.attribute.custom.value", "sale_order_line_id"),
)
#: The chain itself and its history.
LEFT = (
    ("sale.order", "predecessor_id"),
    ("sale.order", "successor_id"),
    ("sale.order", "root_id"),
    ("sale.order.line", "order_id"),
    ("sale.order.line", "predecessor_line_id"),
    ("sale.change.request", "order_id"),
    ("sale.change.request", "offer_id"),
    ("sale.change.request", "successor_id"),
    ("bop.acceptance.decision", "order_id"),
    ("bop.order.submission", "order_id"),
)


class SaleOrderLinks(models.Model):
    _inherit = "sale.order"

    @api.model
    def _contract_links(self):
        rows = [(MOVED, MOVE), (COPIED, COPY), (LEFT, LEAVE)]
        return super()._contract_links() + tuple(
            Link(*row, action) for group, action in rows for row in group
        )
