# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "b-op Example: Webhook",
    "summary": "Tells another system what happens to contracts",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "b-op",
    "website": "https://github.com/b-op/customer-order",
    "license": "LGPL-3",
    "depends": ["bop_contract"],
}
