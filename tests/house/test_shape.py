"""The shape of the house: small files with honest names, one writer of states, commits at the edges only."""

import ast
import re
import statistics

import pytest

from tests.house.source import ROOT, dotted, files, nodes, parsed

MOST_LINES = 400
EDGES = ("feedback/web/", "feedback/cli/", "feedback/simulation/", "workers/", "feedback/extensions.py")
ROUNDS = ("feedback/services/sweeping.py", "feedback/services/mailing.py", "feedback/services/standing.py",
          "feedback/services/publication_rescan.py")
"""What a job goes through row by row, each row in a transaction of its own: the job's loop, not a deed."""


def _lines(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_a_person_reads():
    everything = files("feedback", "workers", "templates", "tests", "static", ends=(".py", ".html", ".txt", ".js"))
    assert [(str(p.relative_to(ROOT)), _lines(p)) for p in everything if _lines(p) > MOST_LINES] == []


def test_most_files_are_small():
    sizes = [_lines(path) for path in files("feedback", "workers", ends=(".py",))]
    assert statistics.median(sizes) < 100


def test_every_module_has_a_name_that_says_what_it_is():
    empty = re.compile(r"(^|_)(utils?|helpers?|common|misc|stuff|base|manager)s?$")
    named = [path.stem for path in files("feedback", "workers", "tests", ends=(".py",))]
    named += [path.parent.name for path in files("feedback", "workers", "tests", ends=(".py",))]
    assert [name for name in named if empty.search(name)] == []


def test_models_and_packages_reexport_nothing():
    """Whoever needs a class imports it from the file where it stands."""
    assert [name for name, tree in parsed().items()
            if re.fullmatch(r"feedback/(models|services|queries|adapters|domain)/__init__\.py", name)
            and any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(tree))] == []


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [t for target in node.targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
    assert isinstance(node, (ast.AugAssign, ast.AnnAssign))
    return [node.target]


def test_only_the_one_door_writes_a_state():
    writers = {name for name, node in nodes(ast.Assign, ast.AugAssign, ast.AnnAssign) for target in _targets(node)
               if isinstance(target, ast.Attribute) and target.attr == "state" and dotted(target) != "self.state"}
    assert writers == {"feedback/services/lifecycle.py"}


def test_no_statement_goes_around_the_door():
    around = []
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        called, words = dotted(node.func), {word.arg for word in node.keywords}
        if called.endswith(".values") and "state" in words:
            around.append((name, node.lineno))
        if called == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", None) == "state":
            around.append((name, node.lineno))
        if called == "Case" and "state" in words and not name.startswith("feedback/services/"):
            around.append((name, node.lineno))
    assert around == []


def test_only_the_edges_commit():
    assert [(name, node.lineno) for name, node in nodes(ast.Call)
            if isinstance(node, ast.Call) and dotted(node.func).endswith(".commit")
            and not name.startswith(EDGES)] == []


def test_only_the_edges_open_a_write():
    assert [name for name, node in nodes(ast.ImportFrom)
            if isinstance(node, ast.ImportFrom) and node.module == "feedback.extensions"
            and any(alias.name == "writing" for alias in node.names)
            and not name.startswith((*EDGES, *ROUNDS))] == []


def test_no_page_goes_the_rounds():
    """A reply never waits for a sweep or for the mail server."""
    rounds = {name.removesuffix(".py").replace("/", ".") for name in ROUNDS}
    taken = [(name, module) for name, node in nodes(ast.ImportFrom) if name.startswith("feedback/web/")
             and isinstance(node, ast.ImportFrom)
             for module in [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
             if module in rounds]
    assert taken == []


def test_every_manual_flush_says_why():
    """A flush outside of the session's own rhythm is a decision; the reader should not have to guess it."""
    silent = []
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if dotted(node.func).endswith("session.flush"):
            lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
            near = "\n".join(lines[max(0, node.lineno - 4): node.lineno])
            if "#" not in near and '"""' not in near:
                silent.append((name, node.lineno))
    assert silent == []


def test_only_the_clock_knows_what_time_it_is():
    wrong = [(name, node.lineno) for name, node in nodes(ast.Call)
             if isinstance(node, ast.Call) and name != "feedback/clock.py"
             and dotted(node.func).split(".")[-2:] in (
                 ["datetime", "now"], ["datetime", "utcnow"], ["datetime", "today"], ["date", "today"])]
    assert wrong == []


def test_the_environment_is_read_in_one_place():
    readers = {name for name, node in nodes(ast.Attribute) if dotted(node) in ("os.environ", "os.getenv")}
    # What stands before the configuration: the parent that sets it, and the bootstrap that makes the venv.
    beside = re.compile(r"feedback/(config|bootstrap|processes|cli/up|cli/trial/\w+|cli/web|cli/worker)\.py")
    assert [name for name in readers if not beside.fullmatch(name)] == []


def test_nothing_is_marked_safe():
    faults = [str(path.relative_to(ROOT)) for path in files("templates", ends=(".html", ".txt"))
              if re.search(r"\|\s*safe\b|autoescape\s+false|\{%-?\s*raw", path.read_text(encoding="utf-8"))]
    faults += [name for name, node in nodes(ast.Call, ast.ImportFrom)
               if (isinstance(node, ast.Call)
                   and dotted(node.func).split(".")[-1] in ("Markup", "render_template_string"))
               or (isinstance(node, ast.ImportFrom) and any(alias.name == "Markup" for alias in node.names))]
    assert faults == []


TAGS = {
    "if", "elif", "else", "endif", "for", "endfor", "block", "endblock", "extends", "import", "from", "include",
    "macro", "endmacro", "call", "endcall", "set", "endset", "trans", "pluralize", "endtrans", "with", "endwith",
}
LOGIC = re.compile(r"\|\s*(selectattr|rejectattr|groupby|sort|map|sum|batch)\b|namespace\(|\brange\(|\*\*?\s*\d")


def test_templates_hold_no_logic():
    """Only choices and loops, words and pieces. Counting, sorting and looking things up is the view's work. Only
    the charts may reckon: where a bar ends is drawing."""
    faults = []
    for path in files("templates", ends=(".html", ".txt")):
        source = path.read_text(encoding="utf-8")
        faults += [f"{path.name}: {tag}" for tag in re.findall(r"\{%-?\s*(\w+)", source) if tag not in TAGS]
        for code in re.findall(r"\{[{%](.*?)[}%]\}", source, re.DOTALL):
            bare = re.sub(r"\"[^\"]*\"|'[^']*'", "''", code)
            if LOGIC.search(bare) and path.name != "chart.html":
                faults.append(f"{path.name}: {code.strip()[:80]}")
    assert faults == []


SECRETS_OF_A_MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home|Users|workspace)/|registry\.|://[^/\s\"']*(?:py|npm|deb)[^/\s\"']*\.\w+/"
    r"|://[\w.-]*:\d+/simple")


@pytest.mark.parametrize("room", ["feedback", "workers", "templates", "static", "tests", "."])
def test_no_machine_and_no_registry_is_named(room):
    if room == ".":
        everything = [p for p in ROOT.iterdir() if p.is_file() and (p.suffix in (
            ".toml", ".lock", ".md", "") or p.name in ("run", "test")) and p.name != ".gitignore"]
        everything += files(".ci", ends=("",))
    else:
        everything = files(room, ends=(".py", ".html", ".txt", ".po", ".js", ".css", ".csv", ".json", ".mako"))
    here = ROOT / "tests" / "house" / "test_shape.py"
    faults = [(str(path.relative_to(ROOT)), found.group())
              for path in everything if path != here
              if (found := SECRETS_OF_A_MACHINE.search(path.read_text(encoding="utf-8", errors="replace")))]
    assert faults == []


def test_public_functions_of_rules_deeds_and_questions_say_what_they_mean():
    silent = []
    for name, tree in parsed().items():
        if name.split("/")[1] not in ("domain", "services", "queries", "adapters"):
            continue
        if ast.get_docstring(tree) is None and not name.endswith("__init__.py"):
            silent.append(name)
        silent += [f"{name}: {node.name}" for node in tree.body
                   if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
                   and ast.get_docstring(node) is None]
    assert silent == []
