# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "b-op Network",
    "summary": "Signed messages between two companies' databases, exactly once",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "b-op",
    "website": "https://github.com/b-op/customer-order",
    "license": "LGPL-3",
    "depends": ["base_setup", "mail"],
    "external_dependencies": {"python": ["cryptography", "http-message-signatures"]},
    "data": [
        "security/bop_network_groups.xml",
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "wizards/bop_pairing_views.xml",
        "wizards/bop_message_upload_views.xml",
        "views/bop_message_views.xml",
        "views/bop_peer_views.xml",
        "views/bop_digital_views.xml",
        "views/bop_refusal_views.xml",
        "views/res_config_settings_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["bop_network/static/tests/tours/*.js"],
    },
    "application": True,
    "uninstall_hook": "uninstall_hook",
}
