"""Where the files that are no Python stand: beside the packages in a checkout, inside `feedback` in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """The folder of Jinja templates."""
    return _shipped("templates")


def static_dir() -> Path:
    """The folder of stylesheets, scripts and pictures."""
    return _shipped("static")


def _shipped(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name
