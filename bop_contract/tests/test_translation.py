# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each visible text is in the template of its addon, and in German."""

import io
import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import trans_export

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")


class TranslationCase(TransactionCase):
    """Reads the texts of the addons of this project."""

    def _check(self, *, joining: bool) -> None:
        """Compare the texts of each addon with its template and the German ones.

        :param joining: of the addons that install themselves where the apps they join
            are, instead of the others
        """
        modules = self.env["ir.module.module"].search(
            [
                ("name", "=like", r"bop\_%"),
                ("state", "=", "installed"),
                ("auto_install", "=", joining),
            ]
        )
        self.assertTrue(modules)
        for addon in modules.mapped("name"):
            with self.subTest(addon=addon):
                texts = self._texts(addon)
                template = {
                    entry.msgid for entry in self._entries(addon, f"{addon}.pot")
                }
                self.assertFalse(texts - template, "not in the template")
                german = self._german(addon)
                self.assertFalse(texts - german.keys(), "not in German")
                for text in german:
                    self.assertEqual(*map(_values, (german[text], text)), text)

    def _texts(self, addon: str) -> set[str]:
        """The texts that Odoo finds in an addon, without the fields that other apps give
        its models.
        """
        buffer = io.BytesIO()
        trans_export(False, [addon], buffer, "po", self.env)
        return {
            entry.msgid
            for entry in polib.pofile(buffer.getvalue().decode())
            if any(self._is_own(addon, place) for place, _line in entry.occurrences)
        }

    def _is_own(self, addon: str, place: str) -> bool:
        kind, _colon, name = place.removeprefix("model:").partition(":")
        if not kind.startswith("ir.model.fields,"):
            return True
        row = self.env.ref(name)
        return addon in self.env[row.model]._fields[row.name]._modules

    def _german(self, addon: str) -> dict[str, str]:
        entries = self._entries(addon, "de.po")
        return {entry.msgid: entry.msgstr for entry in entries if entry.translated()}

    def _entries(self, addon: str, name: str):
        path = Path(file_path(addon), "i18n", name)
        return polib.pofile(str(path)) if path.exists() else []


@tagged("post_install", "-at_install")
class TestTranslation(TranslationCase):
    def test_each_text_is_in_the_template_and_in_german(self):
        """Other apps would add fields of their own to each conversation."""
        self._check(joining=False)


@tagged("post_install", "-at_install", "bop_apps")
class TestTranslationOfBridges(TranslationCase):
    def test_each_text_is_in_the_template_and_in_german(self):
        self._check(joining=True)


def _values(text: str) -> list[str]:
    """The values that a message names: one more or less and it cannot be said."""
    return sorted(PLACEHOLDER.findall(text))
