"""Where manifest.yml is: at the top of a checkout, inside the package where that was installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_FILE = "manifest.yml"

MANIFEST = _PACKAGE.parent / _FILE if (_PACKAGE.parent / _FILE).exists() else _PACKAGE / _FILE
