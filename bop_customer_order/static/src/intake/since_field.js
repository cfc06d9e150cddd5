// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * A moment in the past as the time that has gone by since; `late` names the field that
 * says when this is too long.
 */
export class SinceField extends Component {
    static template = "bop_customer_order.SinceField";
    static props = {...standardFieldProps, late: {type: String, optional: true}};

    get value() {
        return this.props.record.data[this.props.name];
    }

    get relative() {
        return this.value.toRelative();
    }

    get title() {
        return formatDateTime(this.value);
    }

    get late() {
        return this.props.late && this.props.record.data[this.props.late];
    }
}

registry.category("fields").add("bop_since", {
    component: SinceField,
    displayName: _t("Time since"),
    supportedTypes: ["datetime"],
    extractProps: ({options}) => ({late: options.late}),
});
