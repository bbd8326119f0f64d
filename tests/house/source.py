"""The house as text: its files, and the parsed Python among them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("feedback", "workers")
LEFT_OUT = {"__pycache__", ".venv", ".git", "var", "keys", "node_modules", ".ruff_cache", ".pytest_cache"}


def files(*rooms: str, ends: tuple[str, ...]) -> list[Path]:
    """All files with these endings in these folders of the repository."""
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*")
                  if path.suffix in ends and not LEFT_OUT & set(path.parts) and path.is_file())


@cache
def parsed() -> dict[str, ast.Module]:
    """Every Python file of the program, by its path from the root."""
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
            for path in files(*CODE, ends=(".py",))}


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of these kinds in the program, with its file."""
    for name, tree in parsed().items():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield name, node


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute; an empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return ""
