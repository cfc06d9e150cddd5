# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import status
from . import guard
from .bop_contract import (
    changed_fields,
    derived_fields,
    own_system_fields,
    refuse_system_fields,
)
from .capability import EXECUTION, SYSTEM, holds

POSITION_STATUS = [
    ("waiting", "Waiting"),
    ("open", "Open"),
    ("partially_delivered", "Partially delivered"),
    ("delivered", "Delivered"),
    ("over_delivered", "Over-delivered"),
    ("cancelled", "Cancelled"),
    ("superseded", "Superseded"),
]
POSITION_BILLING = [
    ("none", "Nothing to bill"),
    ("unbilled", "Unbilled"),
    ("partially_billed", "Partially billed"),
    ("billed", "Billed"),
    ("over_billed", "Over-billed"),
]


class BopContractLine(models.AbstractModel):
    """A position of a contract. It keeps its ``position_uid`` through all versions.

    The concrete line model defines ``predecessor_line_id`` (to itself).
    """

    _name = "bop.contract.line"
    _inherit = ["bop.guarded"]
    _description = "Contract Position"

    # === WHAT A CONCRETE LINE MODEL SAYS ===#
    _contract_order_field = "order_id"
    _contract_quantity_field = "product_uom_qty"
    _contract_delivered_field = "qty_delivered"
    _contract_billed_field = "qty_invoiced"

    # === FIELDS ===#
    position_uid = fields.Char(
        string="Position ID",
        copy=False,
        readonly=True,
        index=True,
        default=lambda self: uuid.uuid4().hex,
        help="The same in all versions of the order: what a position is compared by.",
    )
    split_from_uid = fields.Char(
        copy=False,
        readonly=True,
        help=(
            "The position this one was split from: another price for its open rest, or"
            " another product."
        ),
    )
    is_execution = fields.Boolean(
        copy=False,
        readonly=True,
        help=(
            "Added by Odoo while the order is carried out (down payment, expense, extra"
            " goods): not a term of the contract."
        ),
    )
    position_since = fields.Datetime(
        copy=False,
        readonly=True,
        help=(
            "When this position came into the contract, if later than its first"
            " version."
        ),
    )
    delivery_state = fields.Selection(
        selection=[
            ("none", "None"),
            ("open", "Open"),
            ("partial", "Partial"),
            ("full", "Full"),
            ("over", "Over"),
        ],
        compute="_compute_position_states",
    )
    billing_state = fields.Selection(
        selection=[
            ("none", "None"),
            ("open", "Open"),
            ("partial", "Partial"),
            ("full", "Full"),
            ("over", "Over"),
        ],
        compute="_compute_position_states",
    )
    position_status = fields.Selection(
        selection=POSITION_STATUS, compute="_compute_position_status", store=True
    )
    position_billing = fields.Selection(
        selection=POSITION_BILLING, compute="_compute_position_status", store=True
    )
    superseded_delivered = fields.Float(
        string="Delivered when superseded",
        digits="Product Unit",
        copy=False,
        readonly=True,
    )
    superseded_billed = fields.Float(
        string="Billed when superseded",
        digits="Product Unit",
        copy=False,
        readonly=True,
    )

    # === INIT ===#
    def init(self):
        """Create the triggers that guard the positions of the concrete order model."""
        super().init()
        if self._abstract:
            return
        guard.create_functions(self.env.cr)
        orders = self._contract_order_model()
        order = guard.Guarded(orders._name, orders._table, orders._contract_waiting)
        columns = [
            name
            for name in self._contract_guarded_fields()
            if self._fields[name].column_type
        ]
        guard.guard_line(
            self.env.cr, order, self._table, self._contract_order_field, columns
        )
        for table, column in self._contract_detail_tables():
            guard.guard_detail(
                self.env.cr,
                order,
                (self._table, self._contract_order_field),
                table,
                column,
            )

    def _init_column(self, column_name):
        """Lines from before the installation: each gets an id of its own, where Odoo
        would give them all the same default.
        """
        if column_name != "position_uid":
            return super()._init_column(column_name)
        query = (
            "UPDATE %s SET position_uid = replace(gen_random_uuid()::text, '-', '')"
            " WHERE position_uid IS NULL"
        )
        return self.env.cr.execute(SQL(query, SQL.identifier(self._table)))

    # === COMPUTE METHODS ===#
    def _compute_position_states(self):
        for line in self:
            ordered, delivered, billed = line._contract_quantities()
            line.delivery_state = (
                status.delivery_state(ordered, delivered)
                if line._contract_is_delivered()
                else "none"
            )
            line.billing_state = status.billing_state(ordered, billed)

    def _compute_position_status(self):
        for line in self:
            if line.display_type or line.is_execution:
                line.position_status = line.position_billing = False
                continue
            ordered, delivered, billed = line._contract_quantities()
            line.position_status = status.position_status(
                ordered, delivered, line._contract_order_state()
            )
            line.position_billing = status.position_billing(ordered, billed)

    def _contract_quantities(self) -> tuple[float, float, float]:
        """Ordered, delivered and billed quantity in the unit of the line; of a
        superseded one as they were at that moment.
        """
        self.ensure_one()
        ordered = self[self._contract_quantity_field]
        if self[self._contract_order_field].successor_id:
            return ordered, self.superseded_delivered, self.superseded_billed
        return (
            ordered,
            self[self._contract_delivered_field],
            self[self._contract_billed_field],
        )

    def _contract_is_execution(self, running: bool) -> bool:
        """Whether Odoo added this line to carry the order out, so that it is no term.

        :param running: the order was carried out already before it becomes a contract
        """
        raise NotImplementedError

    def _contract_is_delivered(self) -> bool:
        """Whether this position is something that gets delivered."""
        self.ensure_one()
        return not self.display_type

    def _contract_order_state(self) -> str:
        order = self[self._contract_order_field]
        if order.successor_id:
            return "superseded"
        if order.state == "cancel":
            return "cancelled"
        return "live" if order.state == order._contract_live_state else "waiting"

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_order_model(self):
        return self.env[self._fields[self._contract_order_field].comodel_name]

    @api.model
    def _contract_term_fields(self) -> dict[str, str]:
        """The one list of line terms: field name to the attribute of ``LineTerms`` it
        feeds ("" for structure).
        """
        raise NotImplementedError

    @api.model
    def _contract_guarded_fields(self) -> list[str]:
        """Fields that no one can change on a position of a contract."""
        return [
            *self._contract_term_fields(),
            self._contract_order_field,
            "position_uid",
            "predecessor_line_id",
            "position_since",
        ]

    @api.model
    def _contract_execution_guarded_fields(self) -> list[str]:
        """Fields of an execution line that only Odoo writes, while it carries the order
        out.

        Its price and text may be corrected before it is billed. Another quantity or
        product would be an order that nobody agreed to.
        """
        if holds(EXECUTION):
            return []
        return [
            self._contract_order_field,
            self._contract_quantity_field,
            "display_type",
            *self._contract_product_fields(),
        ]

    @api.model
    def _contract_system_fields(self) -> list[str]:
        """Fields that only this addon writes, on any line."""
        snapshot = ["superseded_delivered", "superseded_billed"]
        return [
            "is_execution",
            "position_uid",
            "split_from_uid",
            "predecessor_line_id",
            "position_since",
            *snapshot,
        ]

    @api.model
    def _contract_detail_tables(self) -> list[tuple[str, str]]:
        """(table, column with the line) of the terms that are not columns of the line:
        many2many and one2many.
        """
        details = []
        for name in self._contract_term_fields():
            field = self._fields[name]
            if field.type == "many2many":
                details.append((field.relation, field.column1))
            elif field.type == "one2many":
                details.append(
                    (self.env[field.comodel_name]._table, field.inverse_name)
                )
        return details

    # === THE GUARD ===#
    def _contract_check_write(self, vals: dict) -> None:
        """Refuse ``vals`` that change a term of a contract.

        :raises UserError: names the order, the fields and the way
        """
        refuse_system_fields(self, [vals])
        derived = derived_fields(self, vals)
        guarded = [
            name
            for name in [*self._contract_guarded_fields(), *derived]
            if name in vals
        ]
        for line in self if guarded else ():
            order = line[self._contract_order_field]
            if not order._contract_is_open():
                terms = (
                    line._contract_execution_guarded_fields()
                    if line.is_execution
                    else guarded
                )
                changed = changed_fields(
                    line,
                    {
                        name: vals[name]
                        for name in guarded
                        if name in terms or name in derived
                    },
                )
                if changed:
                    order._contract_refuse(changed, lines=line)
        self._contract_check_target(vals)

    @api.model
    def _contract_check_create(self, vals_list: list[dict]) -> list[dict]:
        """Refuse new lines on a contract, unless Odoo adds them to carry it out: those
        become execution lines.

        :return: the values to create with
        :raises UserError: names the order and the way
        """
        vals_list = [
            self._contract_with_order(vals)
            for vals in own_system_fields(self, vals_list)
        ]
        orders = {order.id: order for order in self._contract_targets(vals_list)}
        for vals in vals_list:
            order = orders.get(vals.get(self._contract_order_field))
            if order and not order._contract_is_open():
                if not holds(EXECUTION):
                    order._contract_refuse_new_line()
                vals["is_execution"] = True
        return vals_list

    @api.model
    def _contract_with_order(self, vals: dict) -> dict:
        """Values of a new line with the order it goes to, also where a client gives
        that as a default.
        """
        name = self._contract_order_field
        return vals if name in vals else {**vals, **self.default_get([name])}

    def _contract_check_unlink(self) -> None:
        """Refuse deleting positions of a contract; execution lines follow Odoo's own
        rules.
        """
        for line in self:
            order = line[self._contract_order_field]
            if not line.is_execution and not order._contract_is_open():
                raise UserError(
                    self.env._(
                        "%(bound)s: “%(line)s” cannot be removed. %(way)s",
                        bound=order._contract_bound_text(),
                        line=line.display_name,
                        way=order._contract_way_out(),
                    )
                )

    def _contract_check_target(self, vals: dict) -> None:
        """Refuse moving a line into a contract, and a line of an offer anywhere: it
        belongs beside the position it changes.
        """
        order_field = self._contract_order_field
        if order_field in vals and not holds(SYSTEM):
            for line in self.filtered("predecessor_line_id"):
                if line[order_field].id != vals[order_field]:
                    raise UserError(
                        self.env._(
                            "%(order)s is the offer of a change: its positions cannot"
                            " be moved to another order.",
                            order=line[order_field].name,
                        )
                    )
        for order in self._contract_targets([vals]):
            if not order._contract_is_open() and any(
                line[self._contract_order_field] != order for line in self
            ):
                order._contract_refuse_new_line()

    @api.model
    def _contract_targets(self, vals_list: list[dict]):
        ids = {vals.get(self._contract_order_field) for vals in vals_list}
        return (
            self._contract_order_model()
            .sudo()
            .browse(order_id for order_id in ids if order_id)
        )
