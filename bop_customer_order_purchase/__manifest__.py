# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "b-op Customer Order: Purchase",
    "summary": "Nothing is bought for an order on credit hold",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "b-op",
    "website": "https://github.com/b-op/customer-order",
    "license": "LGPL-3",
    "depends": ["bop_customer_order", "sale_purchase_stock"],
    "auto_install": True,
}
