# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import requests

from odoo import models

_logger = logging.getLogger(__name__)

ADDRESS = "bop_example_webhook.address"
SECONDS = 5


class BopContract(models.AbstractModel):
    """Posts each event of a contract to the address in the system parameter
    ``bop_example_webhook.address``.
    """

    _inherit = "bop.contract"

    def _bop_event(self, name, payload=None):
        """Post the event once its transaction is committed, so that nobody hears of
        what was rolled back.
        """
        super()._bop_event(name, payload)
        address = self.env["ir.config_parameter"].sudo().get_param(ADDRESS)
        if address:
            event = {"event": name, "order": self.name, "payload": payload or {}}
            self.env.cr.postcommit.add(lambda: _post(address, event))


def _post(address, event):
    """Nothing is lost when nobody answers: the log ``bop.event`` has every event, and
    the other system can read it later.
    """
    try:
        requests.post(address, json=event, timeout=SECONDS).raise_for_status()
    except requests.RequestException as error:
        _logger.warning("Event %s was not taken: %s", event, error)
