# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..rules import status
from . import guard
from .capability import SYSTEM, contract_token, holds

BUSINESS_STATUS = [
    ("incomplete", "Incomplete"),
    ("ordered", "Ordered"),
    ("waiting", "Waiting for acceptance"),
    ("rejected", "Rejected"),
    ("active", "Active"),
    ("superseded", "Superseded"),
    ("cancelled", "Cancelled"),
    ("completed", "Completed"),
    ("history", "History"),
]
FULFILMENT_STATUS = [
    ("none", "Nothing to deliver"),
    ("open", "Open"),
    ("partial", "Partially delivered"),
    ("full", "Delivered"),
    ("over", "Over-delivered"),
]
BILLING_STATUS = [
    ("none", "Nothing to bill"),
    ("open", "Unbilled"),
    ("partial", "Partially billed"),
    ("full", "Billed"),
    ("over", "Over-billed"),
]


#: Commands that give a one2many other content; the rest names what is there.
NEW_CONTENT = (
    Command.CREATE,
    Command.UPDATE,
    Command.DELETE,
    Command.UNLINK,
    Command.CLEAR,
)


class BopContract(models.AbstractModel):
    """An order that becomes a contract by acceptance and from then on never changes: it
    is succeeded (S0.22, S2.32).

    The concrete order model defines ``predecessor_id``, ``successor_id``, ``root_id``
    (to itself) and ``change_request_ids``, and says where its lines are. Everything
    else about versions, the guard, seals and succession is here.
    """

    _name = "bop.contract"
    _inherit = ["bop.guarded"]
    _description = "Contract"

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    _contract_line_field = "order_line"
    _contract_live_state = "sale"
    #: Column and value of orders that are frozen although they are no contract yet.
    _contract_waiting: tuple[str, str] | None = None

    # === FIELDS ===#
    is_contract = fields.Boolean(
        string="Contract",
        copy=False,
        readonly=True,
        index=True,
        help=(
            "Accepted by the supplier: its terms can never be changed again, only"
            " succeeded by a new order."
        ),
    )
    contract_version = fields.Integer(
        string="Version",
        copy=False,
        readonly=True,
        default=1,
        help="Position of this order in its chain of predecessors and successors.",
    )
    accepted_at = fields.Datetime(
        string="Accepted on",
        copy=False,
        readonly=True,
        help=(
            "When this version became a contract. The order date stays that of the"
            " first version."
        ),
    )
    accepted_by = fields.Many2one(
        "res.users", copy=False, readonly=True, ondelete="restrict"
    )
    business_status = fields.Selection(
        selection=BUSINESS_STATUS,
        compute="_compute_business_status",
        store=True,
        index=True,
        string="Order Status",
    )
    fulfilment_status = fields.Selection(
        selection=FULFILMENT_STATUS,
        compute="_compute_position_totals",
        store=True,
        string="Fulfilment",
    )
    billing_status = fields.Selection(
        selection=BILLING_STATUS,
        compute="_compute_position_totals",
        store=True,
        string="Billing",
    )
    change_pending = fields.Boolean(
        compute="_compute_change_pending",
        search="_search_change_pending",
        help="An offer to change this order is open.",
    )
    is_offer = fields.Boolean(
        compute="_compute_is_offer",
        search="_search_is_offer",
        help="Not an order of its own: the offer of a change to its predecessor.",
    )

    # === INIT ===#
    def init(self):
        """Create the triggers that guard the terms of the concrete order model."""
        if not self._abstract:
            guard.create_functions(self.env.cr)
            columns = [
                name
                for name in self._contract_guarded_fields()
                if self._fields[name].column_type
            ]
            order = guard.Guarded(self._name, self._table, self._contract_waiting)
            guard.guard_order(self.env.cr, order, columns)
        return super().init()

    # === COMPUTE METHODS ===#
    @api.depends(
        "state",
        "is_contract",
        "successor_id",
        "predecessor_id",
        "fulfilment_status",
        "billing_status",
    )
    def _compute_business_status(self):
        for order in self:
            order.business_status = status.business_status(
                **order._prepare_business_facts()
            )

    def _prepare_business_facts(self) -> dict[str, object]:
        """Facts for ``rules.status.business_status``; other addons add theirs (waiting,
        rejected).
        """
        self.ensure_one()
        done = {"none", "full", "over"}
        settled = self.fulfilment_status in done and self.billing_status in done
        return {
            "state": "sale" if self.state == self._contract_live_state else self.state,
            "is_contract": self.is_contract,
            "has_successor": bool(self.successor_id),
            "complete": (
                settled and {self.fulfilment_status, self.billing_status} != {"none"}
            ),
            "missing": not self._contract_lines(),
            "is_offer": self.is_offer,
        }

    def _compute_position_totals(self):
        for order in self:
            lines = order._contract_lines()
            order.fulfilment_status = status.summarize(lines.mapped("delivery_state"))
            order.billing_status = status.summarize(lines.mapped("billing_state"))

    @api.depends("change_request_ids.state")
    def _compute_change_pending(self):
        for order in self:
            order.change_pending = any(
                request.is_open for request in order.change_request_ids
            )

    def _search_change_pending(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("change_request_ids.is_open", "in", value)]

    @api.depends("predecessor_id", "is_contract")
    def _compute_is_offer(self):
        for order in self:
            order.is_offer = bool(order.predecessor_id) and not order.is_contract

    def _search_is_offer(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = [("predecessor_id", "!=", False), ("is_contract", "=", False)]
        return domain if True in value else ["!", "&", *domain]

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_term_fields(self) -> dict[str, str]:
        """The one list of header terms: field name to the attribute of ``Terms`` it
        feeds ("" for structure).
        """
        raise NotImplementedError

    @api.model
    def _contract_guarded_fields(self) -> list[str]:
        """Fields that no one can change on a contract: its terms, its place in the
        chain and Odoo's state.
        """
        return [*self._contract_term_fields(), "state", *self._contract_system_fields()]

    @api.model
    def _contract_system_fields(self) -> list[str]:
        """Fields that only this addon writes, on any order."""
        return [
            "is_contract",
            "contract_version",
            "accepted_at",
            "accepted_by",
            "predecessor_id",
            "successor_id",
            "root_id",
        ]

    @api.model
    def _contract_line_model(self):
        return self.env[self._fields[self._contract_line_field].comodel_name]

    def _contract_lines(self):
        """The lines that are terms: everything but what Odoo added while carrying the
        order out.
        """
        return self[self._contract_line_field].filtered(
            lambda line: not line.is_execution
        )

    def _contract_root(self):
        """The first version of this order."""
        return self.root_id or self

    def _contract_chain(self):
        """All versions of this order, oldest first. Offers are not versions."""
        root = self._contract_root()
        versions = self.with_context(active_test=False).search(
            [("root_id", "=", root.id), ("is_contract", "=", True)]
        )
        return (root.exists() | versions).sorted("contract_version")

    def _contract_current(self):
        """The version that is in force: follow the successors to the end."""
        self.ensure_one()
        return self._contract_chain()[-1:] if self.is_contract else self

    # === THE GUARD ===#
    def _contract_is_open(self) -> bool:
        """Whether the running code may change the terms of this order."""
        return not self.is_contract or holds(contract_token(self))

    @api.model
    def _contract_check_create(self, vals_list: list[dict]) -> list[dict]:
        """Refuse orders that are born with a place in a chain.

        :return: the values to create with
        :raises UserError: names the fields
        """
        return own_system_fields(self, vals_list)

    def _contract_check_write(self, vals: dict) -> None:
        """Refuse ``vals`` that change a guarded field of a contract; writing the value
        that is there already is no change.

        :raises UserError: names the order, the fields and the way
        """
        refuse_system_fields(self, [vals])
        self._contract_check_acceptance(vals)
        guarded = [
            name
            for name in [*self._contract_guarded_fields(), *derived_fields(self, vals)]
            if name in vals
        ]
        for order in self if guarded else ():
            if not order._contract_is_open():
                changed = changed_fields(order, {name: vals[name] for name in guarded})
                if changed:
                    order._contract_refuse(changed)

    def _contract_check_acceptance(self, vals: dict) -> None:
        """Refuse writing an offer into force: it becomes a contract only by succeeding
        its order. One that is closed stays closed.

        :raises UserError: names the offer and the way
        """
        state = vals.get("state")
        if state in (None, "cancel") or holds(SYSTEM):
            return
        offers = self.filtered("is_offer")
        for offer in offers:
            offer._contract_request_of_offer()
        if state == self._contract_live_state and (offer := offers[:1]):
            raise UserError(
                self.env._(
                    "%s is the offer of a change. Apply the change instead of"
                    " confirming it.",
                    offer.name,
                )
            )

    def _contract_check_unlink(self) -> None:
        """Refuse deleting a contract (S3.10, S4.54), also a superseded or cancelled
        one.
        """
        for order in self:
            if order.is_contract:
                raise UserError(
                    self.env._(
                        "%(order)s is a contract and cannot be deleted: it is the proof"
                        " of what was agreed. %(way)s",
                        order=order.name,
                        way=order._contract_way_out(),
                    )
                )

    def _contract_check_action(self, action: str) -> None:
        """Refuse one of Odoo's buttons on a contract.

        :param action: the label of the button, translated
        """
        for order in self:
            if not order._contract_is_open():
                raise UserError(
                    self.env._(
                        "%(bound)s: “%(action)s” is not possible. %(way)s",
                        bound=order._contract_bound_text(),
                        action=action,
                        way=order._contract_way_out(),
                    )
                )

    def _contract_refuse(self, field_names: list[str], lines=None) -> None:
        """Raise the one refusal of the guard."""
        self.ensure_one()
        model = self if lines is None else lines
        labels = ", ".join(
            model._fields[name]._description_string(self.env) for name in field_names
        )
        raise UserError(
            self.env._(
                "%(bound)s: %(fields)s cannot be changed. %(way)s",
                bound=self._contract_bound_text(),
                fields=labels,
                way=self._contract_way_out(),
            )
        )

    def _contract_refuse_new_line(self) -> None:
        """Raise the refusal of a line that would be added to a contract."""
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(bound)s: no line can be added. %(way)s",
                bound=self._contract_bound_text(),
                way=self._contract_way_out(),
            )
        )

    def _contract_bound_text(self) -> str:
        """Why the terms of this order cannot be changed: the beginning of a sentence."""
        self.ensure_one()
        return self.env._("%s is a contract", self.name)

    def _contract_way_out(self) -> str:
        """What to do instead, in one sentence."""
        self.ensure_one()
        current = (
            self.sudo()._contract_current()
        )  # its name is told to everybody who may see this version
        if current != self:
            return self.env._(
                "It was superseded by %s: open that order and use “Change order”"
                " there.",
                current.name,
            )
        if self.state != self._contract_live_state:
            return self.env._("It was cancelled: make a new order instead.")
        return self.env._(
            "Use “Change order”: it makes an offer and, once agreed, a successor with a"
            " new number. Quantity 0 on every line cancels the order."
        )


def refuse_system_fields(records: models.BaseModel, vals_list: list[dict]) -> None:
    """Refuse values for fields that only this addon writes, whoever sends them.

    :raises UserError: names the fields
    """
    names = {
        name
        for vals in vals_list
        for name in records._contract_system_fields()
        if name in vals
    }
    if names and not holds(SYSTEM):
        labels = ", ".join(
            records._fields[name]._description_string(records.env)
            for name in sorted(names)
        )
        raise UserError(
            records.env._(
                "%s: set by the system when an order is accepted or changed. Leave it"
                " out.",
                labels,
            )
        )


def own_system_fields(records: models.BaseModel, vals_list: list[dict]) -> list[dict]:
    """Values for new records in which the fields that only this addon writes have their
    own defaults.

    A client can choose a default through the context or a user's defaults; it must not
    reach these fields.

    :raises UserError: a value is given for one of them
    """
    if holds(SYSTEM):
        return vals_list
    refuse_system_fields(records, vals_list)
    names = records._contract_system_fields()
    return [
        {**vals, **{name: own_default(records, name) for name in names}}
        for vals in vals_list
    ]


def own_default(records: models.BaseModel, name: str) -> object:
    """The default of a field as its definition says, whatever the context or a user's
    defaults say.
    """
    default = records._fields[name].default
    return default(records) if default else False


def derived_fields(records: models.BaseModel, vals: dict) -> list[str]:
    """Those fields of ``vals`` that are always computed from others: totals and
    statuses, which nobody writes by hand.

    A computation may give its field to records beside its own (an item of a combo does
    so to its combo); that comes here as a write while the field is protected, and is no
    one's hand.
    """
    fields_of = [records._fields[name] for name in vals if name in records._fields]
    computed = [
        f
        for f in fields_of
        if f.store and f.compute and f.readonly and not f.inverse and not f.related
    ]
    return [f.name for f in computed if not records.env.protected(f)]


def changed_fields(record: models.BaseModel, vals: dict) -> list[str]:
    """Names of the fields that ``vals`` would change on ``record``."""
    changed = []
    for name, value in vals.items():
        field = record._fields[name]
        if field.type == "one2many":
            if any(command[0] in NEW_CONTENT for command in value or ()):
                changed.append(name)
        elif field.convert_to_cache(value, record) != field.convert_to_cache(
            record[name], record
        ):
            changed.append(name)
    return changed
