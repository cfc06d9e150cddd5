# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the layers above say about a message."""


class MessageRefused(Exception):
    """A message that can never take effect here; the text says why, for people on both
    sides.
    """
