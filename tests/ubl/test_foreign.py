# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents of a partner without b-op: read as they are, and nothing is dropped."""

import pytest

from bop_contract.rules.terms import Address, Instalment, Release, Tax
from bop_contract.ubl.document import parse_document
from bop_contract.ubl.safe_xml import UblError

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made elsewhere -->
<o:Order xmlns:o="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <b:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</b:CustomizationID>
 <b:ProfileID>urn:fdc:peppol.eu:poacc:bis:ordering:3</b:ProfileID>
 <b:ID>
  34
 </b:ID>
 <b:IssueDate>2026-10-01</b:IssueDate>
 <b:IssueTime>12:30:00.000+02:00</b:IssueTime>
 <b:OrderTypeCode>220</b:OrderTypeCode>
 <b:Note><![CDATA[Ring <twice>]]></b:Note>
 <b:DocumentCurrencyCode>SEK</b:DocumentCurrencyCode>
 <b:AccountingCost>Project 7</b:AccountingCost>
 <a:BuyerCustomerParty><a:Party>
  <b:EndpointID schemeID="0088">7300072311115</b:EndpointID>
  <a:PartyName><b:Name>City Hospital</b:Name></a:PartyName>
  <a:PartyLegalEntity><b:RegistrationName>City Hospital AB</b:RegistrationName>
  </a:PartyLegalEntity>
 </a:Party></a:BuyerCustomerParty>
 <a:SellerSupplierParty><a:Party>
  <b:EndpointID schemeID="0007">5541277711</b:EndpointID>
  <a:PostalAddress><b:CityName>Lund</b:CityName>
   <a:Country><b:IdentificationCode>SE</b:IdentificationCode></a:Country>
  </a:PostalAddress>
  <a:PartyLegalEntity><b:RegistrationName>Medical AB</b:RegistrationName>
  </a:PartyLegalEntity>
 </a:Party></a:SellerSupplierParty>
 <a:PaymentTerms><b:Note>{terms}</b:Note></a:PaymentTerms>
 <a:AnticipatedMonetaryTotal>
  <b:LineExtensionAmount currencyID="SEK">60.0</b:LineExtensionAmount>
  <b:TaxExclusiveAmount currencyID="SEK">60.00</b:TaxExclusiveAmount>
  <b:TaxInclusiveAmount currencyID="SEK">75</b:TaxInclusiveAmount>
  <b:PayableAmount currencyID="SEK">75.00</b:PayableAmount>
 </a:AnticipatedMonetaryTotal>
 <a:OrderLine>
  <b:Note>Sterile</b:Note>
  <a:LineItem>
   <b:ID>10</b:ID>
   <b:Quantity unitCode="{unit}">120</b:Quantity>
   <b:LineExtensionAmount currencyID="SEK">60</b:LineExtensionAmount>
   <b:PartialDeliveryIndicator>false</b:PartialDeliveryIndicator>
   <a:Delivery>
    <a:DeliveryLocation><b:Name>Ward 3</b:Name>
     <a:Address><b:CityName>Lund</b:CityName>
      <a:Country><b:IdentificationCode>SE</b:IdentificationCode></a:Country>
     </a:Address></a:DeliveryLocation>
    <a:RequestedDeliveryPeriod><b:StartDate>2026-11-01</b:StartDate>
     <b:EndDate>2026-11-05</b:EndDate></a:RequestedDeliveryPeriod>
   </a:Delivery>
   <a:Price>
    <b:PriceAmount currencyID="{currency}">50</b:PriceAmount>
    <b:BaseQuantity unitCode="{unit}">100</b:BaseQuantity>
   </a:Price>
   <a:Item>
    <b:Name>Gloves</b:Name>
    <a:StandardItemIdentification><b:ID schemeID="0160">5449000165336</b:ID>
    </a:StandardItemIdentification>
    <a:ClassifiedTaxCategory><b:ID>S</b:ID><b:Percent>25.00</b:Percent>
     <a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme></a:ClassifiedTaxCategory>
    <a:AdditionalItemProperty><b:Name>Size</b:Name><b:Value>L</b:Value>
    </a:AdditionalItemProperty>
   </a:Item>
  </a:LineItem>
 </a:OrderLine>
</o:Order>"""


def _order(unit="BX", currency="SEK", terms="30 days net"):
    text = ORDER.replace("{unit}", unit).replace("{currency}", currency)
    return parse_document(text.replace("{terms}", terms).encode())


def test_terms_are_as_the_partner_wrote_them():
    order = _order()
    assert order.terms.number == "34"
    assert order.terms.date == order.envelope.issued == "2026-10-01T12:30:00+02:00"
    assert order.terms.note == "Ring <twice>"
    assert order.terms.customer.name == "City Hospital AB"
    assert order.envelope.supplier.address == Address(city="Lund", country="SE")
    (line,) = order.terms.lines
    assert (line.uid, line.quantity, line.unit, line.price) == (
        "10",
        "120",
        "BX",
        "0.5",
    )
    assert (line.product, line.gtin) == ("Gloves", "5449000165336")
    assert line.taxes == (Tax("S", "percent", "25"),)
    assert line.options == ("Size: L",)
    ward = Address("Ward 3", city="Lund", country="SE")
    assert line.releases == (Release("120", "2026-11-05", ship_to=ward),)
    assert order.lines[0].note == "Sterile"


def test_what_has_no_place_in_the_terms_is_named_and_what_follows_from_them_is_not():
    extras = {extra.path: extra.value for extra in _order().extras}
    line = "cac:OrderLine[10]/cac:LineItem"
    assert extras == {
        "cbc:ProfileID": "urn:fdc:peppol.eu:poacc:bis:ordering:3",
        "cbc:AccountingCost": "Project 7",
        "cac:BuyerCustomerParty/cac:Party/cac:PartyName/cbc:Name": "City Hospital",
        "cac:PaymentTerms/cbc:Note": "30 days net",
        f"{line}/cbc:PartialDeliveryIndicator": "false",
        f"{line}/cac:Delivery/cac:RequestedDeliveryPeriod/cbc:StartDate": "2026-11-01",
    }


def test_a_payment_plan_in_its_own_form_is_read():
    order = _order(terms="#PAYMENT#SHARE=100#DAYS=30#")
    assert order.terms.instalments == (Instalment(share="100", days="30", event=""),)
    assert "cac:PaymentTerms/cbc:Note" not in [extra.path for extra in order.extras]


def test_one_document_has_one_currency():
    with pytest.raises(UblError, match="'EUR'"):
        _order(currency="EUR")
