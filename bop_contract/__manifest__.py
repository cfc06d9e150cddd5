# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "b-op Contract",
    "summary": "Terms, versions, seals and the guard of an accepted order",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "b-op",
    "website": "https://github.com/b-op/customer-order",
    "license": "LGPL-3",
    "depends": ["account", "account_add_gln", "account_edi_ubl_cii", "bop_network"],
    "data": [
        "security/bop_contract_groups.xml",
        "security/bop_contract_pair_security.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence.xml",
        "data/product_to_map.xml",
        "data/ir_cron.xml",
        "views/bop_contract_seal_views.xml",
        "views/bop_contract_link_views.xml",
        "views/bop_trade_mapping_views.xml",
        "views/bop_contract_pair_views.xml",
        "wizards/bop_change_refusal_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["bop_contract/static/src/**/*"],
        "web.assets_tests": ["bop_contract/static/tests/tours/**/*"],
    },
    "uninstall_hook": "uninstall_hook",
}
