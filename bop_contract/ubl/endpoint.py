# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The electronic address that names a trader in every document: scheme and number.

The scheme is a code of Peppol's list EAS (CL008). For the schemes of which Peppol checks
the number as well (COMMON-R040 to R054, fatal) it is checked here first, so a typing error
is told to the person who can correct it and not to the receiver.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from stdnum import ean, luhn
from stdnum.au import abn
from stdnum.be import vat as be_vat
from stdnum.no import orgnr

_SCHEMES = """
0002 0007 0009 0060 0088 0096 0097 0106 0130 0135 0142 0151 0183 0184 0188 0190 0191 0192
0195 0196 0198 0199 0200 0201 0204 0208 0209 0210 0211 0216 0218 0221 0225 0230 0235 0240
0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927
9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945
9946 9947 9948 9949 9950 9951 9952 9953 9957 9959
"""
SCHEMES = frozenset(_SCHEMES.split())
GLN = "0088"

# The scheme of a tax number, and how the number is made of it (digits of the tax number
# without its country as \1), by country.
_AS_IT_IS = {
    "AD": "9922", "AL": "9923", "AT": "9914", "BA": "9924", "BG": "9926", "CH": "9927",
    "CY": "9928", "CZ": "9929", "DE": "9930", "DK": "0184", "EE": "9931", "ES": "9920",
    "FR": "9957", "GB": "9932", "GR": "9933", "HR": "9934", "HU": "9910", "IE": "9935",
    "IT": "0211", "LI": "9936", "LT": "9937", "LU": "9938", "LV": "9939", "MC": "9940",
    "ME": "9941", "MK": "9942", "MT": "9943", "NL": "9944", "PL": "9945", "PT": "9946",
    "RO": "9947", "RS": "9948", "SI": "9949", "SK": "9950", "SM": "9951", "TR": "9952",
    "US": "9959", "VA": "9953", "XI": "9932",
}  # fmt: skip
_CONVERTED = {
    "AU": ("0151", r"([0-9]{11})", r"\1"),
    "BE": ("0208", r"([0-9]{10})", r"\1"),
    "FI": ("0216", r"([0-9]{8})", r"0037\1"),
    "NO": ("0192", r"([0-9]{9})(?:MVA)?", r"\1"),
    "SE": ("0007", r"([0-9]{10})01", r"\1"),
}
# The European Union writes Greece as EL in a tax number, ISO as GR.
_PREFIXES = {"GR": "EL"}


def _danish(number: str) -> bool:
    return bool(re.fullmatch(r"(DK)?[0-9]{8}", number))


_CHECKS: dict[str, Callable[[str], bool]] = {
    "0007": lambda number: len(number) == 10 and bool(luhn.is_valid(number)),
    GLN: lambda number: len(number) == 13 and bool(ean.is_valid(number)),
    "0096": lambda number: bool(re.fullmatch(r"[0-9]{10}", number)),
    "0151": lambda number: bool(abn.is_valid(number)),
    "0184": _danish,
    "0192": lambda number: bool(orgnr.is_valid(number)),
    "0198": lambda number: len(number) == 10 and _danish(number),
    "0208": lambda number: len(number) == 10 and bool(be_vat.is_valid(number)),
}


def compact(number: str) -> str:
    """Return a number without what people write between its digits.

    >>> compact("de 123.456-789")
    'DE123456789'
    """
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def is_endpoint(scheme: str, number: str) -> bool:
    """Tell whether a document may state this electronic address.

    >>> is_endpoint("0088", "4000001000005"), is_endpoint("0088", "4000001000006")
    (True, False)
    >>> is_endpoint("0208", "0239843188"), is_endpoint("EM", "a@b.example")
    (True, False)
    """
    if scheme not in SCHEMES or not re.fullmatch(r"[A-Za-z0-9:._~-]{1,50}", number):
        return False
    check = _CHECKS.get(scheme)
    return check is None or check(number)


def tax_number(vat: str, country: str) -> str:
    """Return a tax number as documents state it, with its country first (BR-CO-09).

    :param country: ISO 3166 code, for a number that is written without

    >>> tax_number("123 456 789", "DE"), tax_number("094259216", "GR")
    ('DE123456789', 'EL094259216')
    >>> tax_number("ATU12345678", "DE"), tax_number("/", "DE")
    ('ATU12345678', '')
    """
    number = compact(vat)
    if not re.search("[0-9]", number) or re.match("[A-Z]{2}", number):
        return number if re.search("[0-9]", number) else ""
    return _PREFIXES.get(country, country) + number


def tax_endpoint(vat: str, country: str) -> tuple[str, str]:
    """Return the electronic address that a tax number is, empty texts when it is none.

    >>> tax_endpoint("DE123456789", "DE"), tax_endpoint("SE556012579001", "SE")
    (('9930', 'DE123456789'), ('0007', '5560125790'))
    >>> tax_endpoint("094259216", "GR"), tax_endpoint("BR1", "BR")
    (('9933', 'EL094259216'), ('', ''))
    """
    number = tax_number(vat, country)
    land = {"EL": "GR"}.get(number[:2], number[:2])
    if land in _CONVERTED:
        scheme, pattern, made = _CONVERTED[land]
        found = re.fullmatch(pattern, number[2:])
        return (scheme, found.expand(made)) if found else ("", "")
    return (_AS_IT_IS[land], number) if land in _AS_IT_IS else ("", "")


def first_endpoint(candidates: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the first of several electronic addresses that a document may state.

    >>> first_endpoint([("0088", "123"), ("", ""), ("9930", "DE123456789")])
    ('9930', 'DE123456789')
    >>> first_endpoint([])
    ('', '')
    """
    return next((found for found in candidates if is_endpoint(*found)), ("", ""))
