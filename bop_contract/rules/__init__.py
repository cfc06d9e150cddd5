# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules of an order as a contract: plain Python, no Odoo, no side effects.

* ``terms``: what an order says, as one value
* ``seal``: the canonical form of that value and the hash chain over its versions
* ``diff``: what changed between two versions
* ``feasibility``: whether a change can be done, and what follows from it
* ``status``: how far positions and orders are
* ``workflow``: which steps a change request may take

The models gather facts, call a rule and write its result. A rule answers with
codes and values; the sentences that people read are made by the models.
"""
