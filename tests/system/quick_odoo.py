# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's command line with passwords hashed in one round, as Odoo's own test cases do it.

600,000 rounds take more than half a second of a core, for each user that is made and
for each login, which was a third of the time of the system tests. A password that was
hashed in more rounds is hashed anew when its user logs in first.
"""

import sys

# The folder of this file, which Python put there, holds modules of the tests.
del sys.path[0]

from passlib.context import CryptContext  # noqa: E402

# First the command line: it sets Odoo up.
from odoo.cli.command import main  # noqa: E402

from odoo.addons.base.models.res_users import ResUsersPatchedInTest  # noqa: E402


def quick_context(_users) -> CryptContext:
    """Return the hashes that Odoo knows, with one round."""
    return CryptContext(
        ["pbkdf2_sha512", "plaintext"],
        pbkdf2_sha512__rounds=1,
        pbkdf2_sha512__max_rounds=1,
    )


ResUsersPatchedInTest._crypt_context = quick_context
main()
