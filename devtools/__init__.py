# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stands behind ``./dev``: one module per idea, standard library only.

The package runs on the machine's own Python before anything is installed, so it must
not import third-party code at module level.
"""
