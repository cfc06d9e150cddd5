# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "b-op Customer Order",
    "summary": "Accepted customer orders never change: they are succeeded",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "b-op",
    "website": "https://github.com/b-op/customer-order",
    "license": "LGPL-3",
    "depends": ["bop_contract", "sale_management", "sale_stock"],
    "data": [
        "security/acceptance_groups.xml",
        "security/sale_change_request_security.xml",
        "security/credit_hold_security.xml",
        "security/acceptance_policy_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "data/acceptance_policies.xml",
        "views/sale_change_request_views.xml",
        "views/sale_order_views.xml",
        "views/credit_hold_views.xml",
        "views/res_config_settings_views.xml",
        "views/sale_portal_templates.xml",
        "views/menus.xml",
    ],
    "demo": [
        "demo/partners_and_products.xml",
        "demo/story.xml",
    ],
    "assets": {
        "web.assets_tests": ["bop_customer_order/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
