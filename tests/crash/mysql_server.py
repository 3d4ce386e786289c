# SPDX-License-Identifier: MIT
"""tests/servers/mysql.py, under a name that isn't also that of the suite beside."""

import importlib.util
import sys
from pathlib import Path

_PATH = Path(__file__).resolve().parents[1] / "servers" / "mysql.py"
_SPEC = importlib.util.spec_from_file_location("throw_away_mysql", _PATH)
_MODULE = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = _MODULE
_SPEC.loader.exec_module(_MODULE)

MysqlServer = _MODULE.MysqlServer
Session = _MODULE.Session
SessionError = _MODULE.SessionError
scratch_folder = _MODULE.scratch_folder
quoted = _MODULE.quoted
