# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contracts on the wire: documents of Peppol Advanced Ordering 3 and BIS Billing 3.

Plain Python and lxml, no Odoo: facts and :class:`Terms` become bytes and back.

* ``order`` (T01), ``order_change`` (T114), ``order_cancellation`` (T115),
  ``order_response`` (T116), ``despatch_advice`` (T16), ``billing`` (invoice, credit note)
* ``document``: what a message from outside is, read as that
* ``order_content``, ``order_line``, ``payment_plan``: terms as elements
* ``supplement``: what the elements cannot say, exactly, and where it stands
* ``common``: envelope, traders, how values are written; ``codes``: code lists
* ``safe_xml``: the only way in for bytes from outside, and ``UblError``

``parse(render(x)) == x``; the same facts give the same bytes. Parsing raises ``UblError``
and nothing else. A value that UBL demands and nobody stated is not invented: ``missing()``
names it, and the document without it is not valid.
"""
