# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the Odoo tests of all addons share; the other tests have ``tests/conftest.py``."""

import sys
from pathlib import Path

import pytest
from hypothesis.internal.conjecture import providers

import odoo.release

ODOO = str(Path(odoo.release.__file__).resolve().parent.parent)


@pytest.fixture(autouse=True, scope="session")
def odoo_is_no_local_code():
    """Keep Hypothesis from reading all sources of Odoo.

    It draws some of its values from the constants of local code, and takes for local
    what is not below ``site-packages``. Reading thousands of files took a quarter of
    the property tests, and made their values depend on the release of Odoo.
    """
    is_local = providers.is_local_module_file

    def is_ours(path: str) -> bool:
        return not path.startswith(ODOO) and is_local(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(providers, "is_local_module_file", is_ours)
        yield


def pytest_terminal_summary(terminalreporter):
    """Say how many documents were checked by Peppol, if any."""
    peppol = sys.modules.get("odoo.addons.bop_contract.tests.peppol")
    if peppol and peppol.checked:
        terminalreporter.write_line(f"{peppol.checked} documents checked by Peppol")
