# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Decisions about purchase orders, as pure functions over small facts."""
