# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shared by the tests of the documents: how hypothesis runs, and the Peppol checker."""

import importlib
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# With importlib mode, pytest puts no folder on the path.
sys.path[:0] = [str(HERE), str(HERE.parent / "rules")]

settings.register_profile("rules", deadline=None, database=None, max_examples=60)
settings.load_profile("rules")


class Peppol:
    """The checker of UBL schema and Peppol rules; it counts what it has seen."""

    checked = 0

    def __init__(self, module):
        self.module = module

    def fatal(self, data, transaction):
        """Return the fatal findings on a document that has to be of that type."""
        Peppol.checked += 1
        findings = self.module.check(data, transaction)
        return [str(finding) for finding in findings if finding.severity == "fatal"]


@pytest.fixture(scope="session")
def peppol():
    """Return the checker; without it the test is skipped.

    It is no part of this project. ``BOP_PEPPOL`` names its folder, which is else looked
    for beside the checkout; it needs the package ``saxonche``.
    """
    folder = Path(os.environ.get("BOP_PEPPOL", ROOT.parent / "shared/peppol"))
    if not (folder / "check_ubl.py").exists():
        pytest.skip(f"The Peppol checker is not at {folder}. Name it in BOP_PEPPOL.")
    pytest.importorskip("saxonche", reason="The Peppol checker needs saxonche.")
    sys.path.insert(0, str(folder))
    return Peppol(importlib.import_module("check_ubl"))


def pytest_terminal_summary(terminalreporter):
    """Say how many documents were checked, if any."""
    if Peppol.checked:
        terminalreporter.write_line(f"{Peppol.checked} documents checked by Peppol")
