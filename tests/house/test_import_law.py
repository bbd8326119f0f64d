"""The import law holds (the contracts stand in pyproject.toml), and no deed or question sees a request."""

import ast
import subprocess
import sys
from pathlib import Path

_PACKAGE = Path(__file__).parents[2] / "feedback"
_ROOMS_WITHOUT_REQUESTS = ("models", "queries", "services")


def test_every_module_imports_only_what_stands_below_it() -> None:
    # In a process of its own: the linter configures logging for whoever calls it, and every logger falls silent.
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache", "--no-logo"], cwd=_PACKAGE.parent, capture_output=True, text=True,
                         check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_services_queries_and_models_take_nothing_from_flask_but_the_settings() -> None:
    taken = {
        (str(path.relative_to(_PACKAGE)), alias.name)
        for room in _ROOMS_WITHOUT_REQUESTS
        for path in (_PACKAGE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
    }
    assert {name for _, name in taken} <= {"current_app"}, sorted(taken)


def test_the_package_starts_by_importing_nothing() -> None:
    tree = ast.parse((_PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
