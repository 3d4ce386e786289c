"""Brings in every module that registers scenarios, in the order they should run."""

from __future__ import annotations

import importlib

import engines

# The longest first: it then runs beside the others instead of after them.
MODULES = ("scenarios_large", "scenarios_basic", "scenarios_rework", "scenarios_cross", "scenarios_failure",
           "scenarios_edit", "scenarios_config", "scenarios_scripts", "scenarios_text", "scenarios_commands")
OWN = {"pg": ("scenarios_postgres", "scenarios_psql"), "mysql": ("scenarios_mysql",)}


def load() -> None:
    """Import them; importing registers."""
    for name in MODULES + OWN.get(engines.current().key, ()):
        importlib.import_module(name)
