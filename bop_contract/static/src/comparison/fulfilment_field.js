// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * What each position had delivered and billed when a change was applied.
 */
export class FulfilmentField extends Component {
    static template = "bop_contract.FulfilmentField";
    static props = {
        ...standardFieldProps,
        received: {type: Boolean, optional: true},
    };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    format(quantity) {
        return formatFloat(quantity, {trailingZeros: false});
    }
}

registry.category("fields").add("bop_fulfilment", {
    component: FulfilmentField,
    displayName: _t("Delivered and billed when changed"),
    supportedTypes: ["json"],
    extractProps: ({options}) => ({received: Boolean(options.received)}),
});
