# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases: made once as a template, cloned in seconds for each use.

Two levels: Odoo with a list of its own modules, keyed by the Odoo release and that
list; on top of it this project's addons, keyed by their sources. A template gets its
name only when it is complete, so an interrupted run leaves nothing that looks finished.
"""

import ast
import fcntl
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import odoo, odoo_source, paths, postgres, python_env
from .console import DevError, digest, run, say

CORE = ("sale_management", "sale_stock", "purchase_stock")
WIDE = (
    "delivery",
    "event_booth_sale",
    "event_sale",
    "mrp_subcontracting",
    "mrp_subcontracting_dropshipping",
    "pos_event_sale",
    "pos_sale",
    "project_stock",
    "purchase_edi_ubl_bis3",
    "purchase_mrp",
    "purchase_requisition_sale",
    "repair",
    "sale_crm",
    "sale_edi_ubl",
    "sale_expense",
    "sale_loyalty",
    "sale_loyalty_delivery",
    "sale_margin",
    "sale_mrp",
    "sale_pdf_quote_builder",
    "sale_product_matrix",
    "sale_project",
    "sale_project_stock",
    "sale_purchase_project",
    "sale_purchase_stock",
    "sale_timesheet",
    "stock_delivery",
    "stock_dropshipping",
    "stock_picking_batch",
    "website_sale",
    "website_sale_loyalty",
    "website_sale_stock",
)
# The bundles of the web client and of the portal. Compiled once here instead of by the
# first browser of each test run; Odoo's own function for that takes four times as long,
# for test suites of its own.
BUNDLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_emoji",
    "web.assets_tests",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "bus.websocket_worker_assets",
)
# Attachments in the database make a clone complete without a copy of the file store.
FINISH = """
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env["ir.attachment"].force_storage()
for name in {bundles}:
    bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
    bundle.css(), bundle.js()
env.cr.commit()
"""
NOT_SOURCE = {"tests", "__pycache__", "description", "readme", "i18n"}


@dataclass(frozen=True)
class Template:
    """A template database: its modules, what it is built on, and the name that follows
    from both.

    :param sources: hash of those of this project's addons
    :param bundles: the pages of the web client are compiled as well
    :param demo: with the demo data of the modules
    """

    label: str
    modules: tuple[str, ...]
    base: "Template | None" = None
    sources: str = ""
    bundles: bool = False
    demo: bool = False

    @property
    def name(self) -> str:
        """Return the database name; it changes with everything the content depends on."""
        base = self.base.name if self.base else odoo_source.release()
        requirements = python_env.REQUIREMENTS
        parts = [base, sorted(self.modules), self.sources, FINISH, requirements]
        parts += [BUNDLES] if self.bundles else []
        key = digest([*parts, "demo"] if self.demo else parts)
        return f"bop_tpl_{self.label}_{key[:10]}"


def plain(wide: bool) -> Template:
    """Return the template with Odoo's own modules only."""
    core = Template("core", CORE)
    return Template("wide", WIDE, core) if wide else core


def with_addons(wide: bool) -> Template:
    """Return the template with this project's addons installed as well."""
    label = "addons_wide" if wide else "addons_core"
    addons = tuple(standalone_addons())
    return Template(label, addons, plain(wide), sources=_sources_key(), bundles=True)


def with_demo(label: str, addons: Sequence[str], *, data: bool) -> Template:
    """Return the template of one company of the demo.

    :param addons: this project's, which it has
    :param data: with the demo data of Odoo and of the addons
    """
    needed = {name for addon in addons for name in manifests()[addon]["depends"]}
    apps = tuple(sorted(needed - set(paths.addons())))
    base = Template(f"apps_of_{label}", apps, demo=data)
    sources = _sources_key()
    return Template(label, tuple(addons), base, sources, bundles=True, demo=data)


def manifests() -> dict[str, dict]:
    """Return the manifest of each addon of this project."""
    return {
        name: ast.literal_eval((paths.ROOT / name / "__manifest__.py").read_text())
        for name in paths.addons()
    }


def standalone_addons() -> list[str]:
    """Return the addons to install; a bridge installs itself where the apps it joins
    are.
    """
    return [
        name
        for name, manifest in manifests().items()
        if not manifest.get("auto_install")
    ]


def ensure(template: Template) -> str:
    """Make a template database, and first the one it is built on; return its name."""
    with (paths.DEV / f"database-{template.label}.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if not exists(template.name):
            _build(template)
    return template.name


def scratch_name(purpose: str, part: object) -> str:
    """Return a database name that no other process uses; see :func:`drop_leftovers`."""
    return f"bop_{purpose}_{os.getpid()}_{part}"


def drop_leftovers() -> None:
    """Drop the scratch databases of processes that ended without doing it."""
    for name in names():
        match = re.fullmatch(r"bop_(?:test|system)_(\d+)_.+", name)
        if match and not Path(f"/proc/{match[1]}").exists():
            drop(name)


def _build(template: Template) -> None:
    if template.base:
        ensure(template.base)
    building = f"{template.name}_building"
    say(
        f"[dev] Database {template.name}: installing {len(template.modules)}"
        " modules ..."
    )
    drop(building)
    create(building, template.base.name if template.base else None)
    _install(building, template)
    sql(f'ALTER DATABASE "{building}" RENAME TO "{template.name}"')
    _drop_outdated(template)


def clone(template: Template, name: str) -> str:
    """Make the database ``name`` anew as a copy of a template and return its name."""
    source = ensure(template)
    drop(name)
    create(name, source)
    return name


def create(name: str, template: str | None = None) -> None:
    """Create an empty database, or a copy of another one."""
    words = ["--template", template or "template0", "--encoding=UTF8"]
    # Copying files is many times faster than writing the copy to the log.
    words += ["--strategy=file_copy"] if template else ["--lc-collate=C"]
    client("createdb", *words, name)


def drop(name: str) -> None:
    """Drop a database if it exists, also when something is still connected to it."""
    client("dropdb", "--if-exists", "--force", name)


def exists(name: str) -> bool:
    """Tell whether a database exists."""
    return name in names()


def names() -> list[str]:
    """Return the names of all databases of the server."""
    return sql("SELECT datname FROM pg_database").split()


def sql(statement: str, name: str = "postgres") -> str:
    """Run one SQL statement and return its rows as unaligned text."""
    words = [
        postgres.binary("psql"),
        "-XAtq",
        "-v",
        "ON_ERROR_STOP=1",
        "-c",
        statement,
        name,
    ]
    return run_client(words)


def client(program: str, *words: str) -> None:
    """Run one of PostgreSQL's client programs."""
    run_client([postgres.binary(program), *words])


def run_client(words: Sequence[str]) -> str:
    """Run a PostgreSQL client and return its output."""
    environment = {**os.environ, **postgres.environment()}
    result = run(words, env=environment, capture_output=True, text=True, raises=False)
    if result.returncode:
        raise DevError(
            f"PostgreSQL refused `{Path(words[0]).name}`: {result.stderr.strip()}"
        )
    return result.stdout


def _install(name: str, template: Template) -> None:
    log = f"database-{template.label}.log"
    modules = ",".join(template.modules)
    words = ["-d", name, "-i", modules, "--stop-after-init", "--log-level=warn"]
    odoo.run([*words, *(["--with-demo"] if template.demo else [])], log)
    script = FINISH.format(bundles=BUNDLES if template.bundles else ())
    odoo.run(
        ["shell", "-d", name, "--no-http", "--log-level=warn"],
        log,
        input=script.encode(),
    )
    sql("VACUUM FREEZE ANALYZE", name)


def _sources_key() -> str:
    """Return a hash of every addon file that decides what the database contains."""
    files = [
        path for addon in paths.addons() for path in _source_files(paths.ROOT / addon)
    ]
    parts: list[object] = []
    for path in files:
        parts += [path.relative_to(paths.ROOT), path.read_bytes()]
    return digest(parts)


def _source_files(addon: Path) -> Iterable[Path]:
    for path in sorted(addon.rglob("*")):
        if path.is_file() and not NOT_SOURCE & set(path.relative_to(addon).parts):
            yield path


def _drop_outdated(template: Template) -> None:
    prefix = f"bop_tpl_{template.label}_"
    for name in names():
        if name.startswith(prefix) and name != template.name:
            drop(name)
