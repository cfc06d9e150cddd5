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
    "depends": ["mail"],
    "external_dependencies": {"python": ["cryptography", "http-message-signatures"]},
    "data": [
        "security/bop_network_groups.xml",
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
