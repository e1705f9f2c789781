"""Nobody but the gate decides what an item may be used for."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "fenshen"
#: What an item says about its use. Reading one of these outside the gate is deciding past it.
DECIDING = {"private", "uses", "excluded", "duplicate_of", "flags", "confirmed"}
#: Who else reads them, and what for: to fill them, to bring rules to them, to count or to show them.
READERS = {
    "library/rights.py": "the gate",
    "library/rules.py": "brings rules to items",
    "library/matching.py": "SQL conditions of rules",
    "library/items.py": "loads and counts",
    "library/intake/": "fills them",
    "library/cleaning/": "finds and keeps duplicates",
    "library/owners.py": "lists exports that wait for a word",
    "library/report/": "counts them",
    "library/readers/": "fill a document's own `private`",
    "library/editing/": "puts decisions back onto a file that is read again",
    "studio/transfer/library_rows.py": "carries decisions to another machine as they are",
    "web/routes/studio.py": "shows them to their creator",
    "web/routes/library.py": "the same",
    "web/routes/rights.py": "takes the creator's word about them",
    "cli/rights.py": "shows them to their creator",
}
#: Other things with attributes of these names.
NOT_ITEMS = {
    ("training/evals/run.py", "private"): "texts for the leak test",
    ("training/evals/responses.py", "private"): "the same",
}
CONSUMERS = (
    "training/split.py",
    "training/dataset.py",
    "search/refresh.py",
    "twin/retrieve.py",
    "twin/viewing.py",
)
#: What fans' routes may take of the library: what it looks like to them, and who the twin is.
SEEN = {"fenshen.library.seen", "fenshen.library.persona"}


def test_only_the_gate_decides_what_may_be_used() -> None:
    """`item.private`, `item.uses` and the like are read by the gate, and by who fills or shows them."""
    wrong = [
        f"{name}:{node.lineno} reads .{node.attr}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not (name := path.relative_to(SOURCE).as_posix()).startswith(tuple(READERS))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and node.attr in DECIDING
        and (name, node.attr) not in NOT_ITEMS
    ]
    assert wrong == []


def test_fans_routes_see_the_library_through_one_view() -> None:
    """A route that is neither the studio's nor an operator's reads no items, passages or voices by itself."""
    routes = [*(SOURCE / "web" / "routes").glob("*.py"), *(SOURCE / "web" / "openai").glob("*.py")]
    shapes = [*(SOURCE / "web" / "schemas").glob("*.py"), SOURCE / "web" / "streams.py"]
    fans = [p for p in routes if not {"StudioDep", "OperatorDep"} & _names(p)]
    assert {"twins.py", "calls.py", "conversations.py"} <= {path.name for path in fans}
    theirs = {path.name for path in fans}
    shapes = [path for path in shapes if path.name in {*theirs, "__init__.py", "events.py"}]
    wrong = [
        f"{path.name} imports {module}"
        for path in [*fans, *shapes]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom | ast.Import)
        for module in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
        )
        if module.startswith("fenshen.library") and module not in SEEN
    ]
    assert wrong == []


def _names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_every_consumer_asks_the_gate_with_the_consents_that_hold() -> None:
    """Training, search, answers and pages call `may` and hand it the consents."""
    for name in CONSUMERS:
        tree = ast.parse((SOURCE / name).read_text(encoding="utf-8"))
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("may", "why_not")
        ]
        assert calls, name
        assert all("consents" in {keyword.arg for keyword in call.keywords} for call in calls), name
