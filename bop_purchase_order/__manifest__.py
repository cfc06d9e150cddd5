# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "b-op Purchase Order",
    "summary": "Accepted purchase orders never change: they are succeeded",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "b-op",
    "website": "https://github.com/b-op/customer-order",
    "license": "LGPL-3",
    "depends": ["bop_contract", "purchase_stock"],
    "data": [
        "security/bop_vendor_shipment_security.xml",
        "security/purchase_change_request_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "views/purchase_change_request_views.xml",
        "views/purchase_order_views.xml",
        "views/purchase_change_request_network_views.xml",
        "views/purchase_order_network_views.xml",
        "wizards/bop_purchase_intake_wizard_views.xml",
        "views/purchase_order_mapping_views.xml",
        "views/portal_templates.xml",
        "views/res_config_settings_views.xml",
        "views/bop_vendor_shipment_views.xml",
        "views/account_move_views.xml",
    ],
    "demo": ["demo/story.xml"],
    "assets": {
        "web.assets_tests": ["bop_purchase_order/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
