# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What decides on customer orders: plain Python, no Odoo, no side effects.

* ``acceptance``: is an order accepted by itself, or does a person have to decide?
* ``credit``: what a customer owes, and what a credit hold stops.

Nothing here imports Odoo or a module above this package.
"""
