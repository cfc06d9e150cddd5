# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

#: An offer asks for nothing: what it changes is on order already.
NO_OFFER = Domain("order_id.predecessor_id", "=", False)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_lines_domain(self, location_ids=False, warehouse_ids=False):
        """What is asked for at vendors, without the offers of changes."""
        return super()._get_lines_domain(location_ids, warehouse_ids) & NO_OFFER


class StockForecasted(models.AbstractModel):
    _inherit = "stock.forecasted_product_product"

    def _product_purchase_domain(self, product_template_ids, product_ids):
        domain = super()._product_purchase_domain(product_template_ids, product_ids)
        return [*domain, *NO_OFFER]
