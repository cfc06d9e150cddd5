# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "b-op Customer Order: Project Stock",
    "summary": (
        "Goods re-invoiced from a project are billed on the contract without being a"
        " term of it"
    ),
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "b-op",
    "website": "https://github.com/b-op/customer-order",
    "license": "LGPL-3",
    "depends": ["bop_customer_order", "sale_project_stock"],
    "auto_install": True,
}
