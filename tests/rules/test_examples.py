# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The examples in the documentation of the pure modules are their specification."""

import doctest
import importlib

import pytest

from devtools import paths

MODULES = sorted(
    ".".join(path.relative_to(paths.ROOT).with_suffix("").parts)
    for folder in ("rules", "ubl")
    for path in paths.ROOT.glob(f"*/{folder}/*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("name", [*MODULES, "devtools.testing"])
def test_the_examples_in_the_documentation_hold(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0, f"{result.failed} of {result.attempted} examples failed"


def test_the_pure_modules_are_found():
    assert "bop_contract.rules.terms" in MODULES
