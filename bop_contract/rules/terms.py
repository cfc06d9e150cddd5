# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an order says: the one value that is sealed, compared, sent and printed.

``Terms`` carries business identifiers only (tax numbers, ISO currency codes,
UN/ECE units, article numbers), never a database id: both parties and a reader
in ten years must read the same text. It holds what the law of the domain calls
the declaration: price information (S0.3), delivery plan (S0.4) and payment
plan (S0.5) for each position of an immutable object (S0.22).

Values are canonical from the moment they are made: text is NFC with ``\\n``
newlines, numbers are decimal strings, dates ISO text. Two terms are equal when
they say the same, whatever the order of their lines.

>>> a = Address(city="Zu\\u0308rich")
>>> a == Address(city="Zürich")
True
>>> LineTerms("1", quantity="2.50") == LineTerms("1", quantity="2.5")
True
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

# Wide enough for every float; beyond it a few characters from the network
# ("1e999999999") would become gigabytes of zeros.
MAX_DIGITS = 400
_EXACT = Context(prec=2 * MAX_DIGITS, rounding=ROUND_HALF_UP)

NUMBERS = frozenset(
    {"amount", "days", "discount", "lead_days", "price", "quantity", "share"}
)


def as_decimal(value: Decimal | int | float | str) -> Decimal:
    """Return ``value`` as a finite decimal; a float by its shortest text.

    :raises ValueError: not a number, not finite, or absurdly long

    >>> as_decimal(0.1)
    Decimal('0.1')
    """
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"not a decimal number: {value!r}") from error
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"not a finite number: {value!r}")
    if number.adjusted() > MAX_DIGITS or exponent < -MAX_DIGITS:
        raise ValueError("number out of range")
    return number


def decimal_text(value: Decimal | int | float | str, digits: int | None = None) -> str:
    """Return the one canonical text of a number, without exponent or needless zeros.

    :param digits: decimal places to round to, half away from zero as Odoo's
        ``float_round`` does; exact when not given
    :raises ValueError: not a finite number

    >>> decimal_text(1250.0), decimal_text("-0.00"), decimal_text(Decimal("1E+3"))
    ('1250', '0', '1000')
    >>> decimal_text(2.675, 2), decimal_text("-0.125", 2), decimal_text(0.1 + 0.2, 6)
    ('2.68', '-0.13', '0.3')
    """
    number = as_decimal(value)
    if digits is not None:
        number = number.quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def clean_text(text: str) -> str:
    r"""Return ``text`` in NFC with ``\n`` newlines: equal looks, equal bytes.

    >>> clean_text("one\r\ntwo\rthree")
    'one\ntwo\nthree'
    """
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


class _Value:
    """A frozen dataclass that is canonical as soon as it exists."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            expected = _SCALARS.get(item.type)
            if expected and not isinstance(value, expected):
                raise ValueError(f"{item.name}: {item.type} expected, not {value!r}")
            object.__setattr__(self, item.name, _canonical(item.name, value))


def _canonical(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return decimal_text(value) if value and name in NUMBERS else clean_text(value)
    if isinstance(value, tuple):
        return tuple(clean_text(v) if isinstance(v, str) else v for v in value)
    return value


@dataclass(frozen=True, slots=True)
class Party(_Value):
    """Supplier or customer; ``vat`` and ``registry`` identify, ``name`` describes."""

    name: str
    vat: str = ""
    registry: str = ""
    reference: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Address(_Value):
    """Where goods or bills go; ``country`` and ``state`` as ISO 3166 codes."""

    name: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    zip: str = ""
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Tax(_Value):
    """A tax by its effect: ``amount`` in percent or currency, as ``kind`` says."""

    name: str
    kind: str
    amount: str
    included: bool = False


@dataclass(frozen=True, slots=True)
class Release(_Value):
    """One delivery of a position (S0.4).

    ``due`` is the promised date; where none is promised, ``lead_days`` counts
    days after the contract date.
    """

    quantity: str
    due: str = ""
    lead_days: str = ""
    ship_to: Address | None = None
    incoterm: str = ""
    incoterm_place: str = ""


@dataclass(frozen=True, slots=True)
class Instalment(_Value):
    """One payment (S0.5): a share in percent or an amount in order currency.

    ``due`` is a fixed date; otherwise ``days`` and ``rule`` count from ``event``.
    """

    share: str = ""
    amount: str = ""
    event: str = "invoice"
    days: str = ""
    rule: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class LineTerms(_Value):
    """One position; ``uid`` stays the same through all versions of the order.

    ``unit`` is the UN/ECE code when known, else the unit's name; ``price`` is per
    ``unit`` in order currency before ``discount`` (percent). Taxes are a set:
    they are kept in an order of their own, so that sorting them anew in the
    master data changes nothing.
    """

    uid: str
    kind: str = "item"
    sku: str = ""
    gtin: str = ""
    product: str = ""
    options: tuple[str, ...] = ()
    description: str = ""
    quantity: str = "0"
    unit: str = ""
    price: str = "0"
    discount: str = "0"
    taxes: tuple[Tax, ...] = ()
    releases: tuple[Release, ...] = ()

    def __post_init__(self) -> None:
        _Value.__post_init__(self)
        object.__setattr__(self, "taxes", tuple(sorted(self.taxes, key=_tax_rank)))


def _tax_rank(tax: Tax) -> tuple[str, str, bool, str]:
    return tax.kind, tax.amount, tax.included, tax.name


@dataclass(frozen=True, slots=True, eq=False)
class Terms(_Value):
    """An order's agreement. Lines keep their reading order; it is not a term."""

    number: str
    kind: str = "customer_order"
    predecessor: str = ""
    date: str = ""
    customer_reference: str = ""
    currency: str = ""
    supplier: Party = field(kw_only=True)
    customer: Party = field(kw_only=True)
    bill_to: Address | None = None
    ship_to: Address | None = None
    incoterm: str = ""
    incoterm_place: str = ""
    delivery_date: str = ""
    note: str = ""
    prepayment: str = ""
    instalments: tuple[Instalment, ...] = ()
    lines: tuple[LineTerms, ...] = ()

    def __post_init__(self) -> None:
        _Value.__post_init__(self)
        if len(self.lines_by_uid) != len(self.lines):
            raise ValueError("two lines carry the same uid")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Terms):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.number, self.date, frozenset(self.lines)))

    @property
    def lines_by_uid(self) -> dict[str, LineTerms]:
        """The lines by their stable uid, in reading order."""
        return {line.uid: line for line in self.lines}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON: every attribute, tuples as lists, lines by uid."""
        data: dict[str, Any] = plain(self)
        data["lines"].sort(key=lambda line: line["uid"])
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Terms:
        """Return the terms that ``data`` (see :meth:`to_dict`) states.

        Missing attributes take their default, so that older documents stay
        readable; an unknown one is refused, since dropping it would alter the
        agreement.

        :raises ValueError: ``data`` does not have the form of terms
        """
        terms: Terms = build(cls, data)
        return terms


# What an attribute must be, by its annotation; parts and lists see to themselves.
_SCALARS: dict[Any, type[Any]] = {"str": str, "bool": bool, "Party": Party}
_PARTS: dict[str, type[_Value]] = {
    "supplier": Party,
    "customer": Party,
    "bill_to": Address,
    "ship_to": Address,
    "taxes": Tax,
    "releases": Release,
    "instalments": Instalment,
    "lines": LineTerms,
}
_LISTS = frozenset({"options", "taxes", "releases", "instalments", "lines"})


def plain(value: Any) -> Any:
    """Return a value of this module as plain JSON.

    >>> plain(Tax("VAT", "percent", "19.0"))
    {'name': 'VAT', 'kind': 'percent', 'amount': '19', 'included': False}
    """
    if isinstance(value, _Value):
        names = [item.name for item in fields(value)]  # type: ignore[arg-type]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def build(cls: type[Any], data: Any) -> Any:
    """Return an instance of ``cls``, a class of this module, from plain JSON.

    :raises ValueError: ``data`` does not have the form of ``cls``
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"{cls.__name__}: object expected")
    try:
        return cls(**{name: build_attribute(name, data[name]) for name in data})
    except TypeError as error:
        raise ValueError(f"{cls.__name__}: {error}") from error


def build_attribute(name: str, value: Any) -> Any:
    """Return the value of attribute ``name`` from plain JSON.

    :raises ValueError: ``value`` does not have the form of that attribute
    """
    if name in _LISTS:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"{name}: list expected")
        return tuple(_build_item(name, item) for item in value)
    if name in _PARTS and value is not None:
        return build(_PARTS[name], value)
    return value


def _build_item(name: str, value: Any) -> Any:
    if name in _PARTS:
        return build(_PARTS[name], value)
    if not isinstance(value, str):
        raise ValueError(f"{name}: list of texts expected")
    return value
