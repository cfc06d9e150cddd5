# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who a document is from and to: an address that Peppol takes, or none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ubl_documents import ORDER, render

from bop_contract.ubl.endpoint import (
    SCHEMES,
    is_endpoint,
    tax_endpoint,
    tax_number,
)

# A tax number of each country that has one as its address, as people write it.
TAX_NUMBERS = {
    "AT": "ATU12345675", "AU": "83 914 571 673", "BE": "BE 0239.843.188", "BG": "BG175074752",
    "CH": "CHE-116.281.710 MWST", "CY": "CY10259033P", "CZ": "CZ25123891", "DE": "DE123456788",
    "DK": "DK13585628", "EE": "EE100931558", "ES": "ESA12345674", "FI": "FI20774740",
    "FR": "FR83404833048", "GB": "GB980780684", "GR": "EL094259216", "HR": "HR33392005961",
    "HU": "HU12892312", "IE": "IE6433435F", "IT": "IT00743110157", "LT": "LT119511515",
    "LU": "LU15027442", "LV": "LV40003009497", "MT": "MT11679112", "NL": "NL123456782B90",
    "NO": "NO995525828MVA", "PL": "PL5260001246", "PT": "PT501964843", "RO": "RO18547290",
    "SE": "SE556012579001", "SI": "SI15012557", "SK": "SK2022749619", "TR": "TR17291716060",
}  # fmt: skip
WRONG = [
    ("0007", "5560125791"),
    ("0088", "4000001000006"),
    ("0088", "40000"),
    ("0096", "12345"),
    ("0151", "83914571674"),
    ("0184", "DK1358562"),
    ("0192", "995525829"),
    ("0198", "13585628"),
    ("0208", "0239843189"),
    ("0208", "239843188"),
    ("9930", ""),
    ("9930", "DE 123"),
    ("EM", "buy@nordwind.example"),
    ("", "4000001000005"),
]


def _order_to(scheme, endpoint):
    supplier = replace(ORDER.envelope.supplier, scheme=scheme, endpoint=endpoint)
    return replace(ORDER, envelope=replace(ORDER.envelope, supplier=supplier))


@pytest.mark.parametrize("country", TAX_NUMBERS)
def test_a_tax_number_is_an_address(country):
    assert is_endpoint(*tax_endpoint(TAX_NUMBERS[country], country))


@pytest.mark.parametrize("country", TAX_NUMBERS)
def test_peppol_takes_the_address_made_of_a_tax_number(peppol, country):
    endpoint = tax_endpoint(TAX_NUMBERS[country], country)
    assert peppol.fatal(render(_order_to(*endpoint)), "order") == []


@pytest.mark.parametrize(("scheme", "number"), WRONG)
def test_a_wrong_number_is_no_address(scheme, number):
    assert not is_endpoint(scheme, number)


@pytest.mark.parametrize(
    ("scheme", "number"),
    [pair for pair in WRONG if pair[0] in SCHEMES and pair[1]][:10],
)
def test_peppol_refuses_it_too(peppol, scheme, number):
    assert peppol.fatal(render(_order_to(scheme, number)), "order")


@given(st.text(), st.sampled_from(["DE", "GR", "BE", "SE", "US", "BR", ""]))
def test_any_text_is_an_address_or_none(text, country):
    scheme, number = tax_endpoint(text, country)
    assert bool(scheme) == bool(number)
    assert tax_number(tax_number(text, country), country) == tax_number(text, country)
