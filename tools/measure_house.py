"""How large and how tangled the code is: one JSON line, the same numbers before and after a change.

    python tools/measure_house.py            what can be read from the tree
    python tools/measure_house.py --built    also the wheel, the start of the command line, and the first page

Function lengths and parameters are counted on the syntax tree; `self` and `cls` are no parameters. An import
counts wherever it stands, in functions too.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "fenshen"
STATIC = SOURCE / "web" / "static"
PARAMETERS_MAX = 6
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument(
        "--built", action="store_true", help="also build the wheel and start the command line"
    )
    found = measure_tree()
    if parser.parse_args().built:
        found |= {"wheel_kB": wheel_kb(), "help_s": help_s(), "first_load_kB_gzip": first_load_kb()}
    print(json.dumps(found))


def measure_tree() -> dict[str, float]:
    """Counts of the package's Python files."""
    paths = [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]
    trees = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    lengths, long_signatures, import_lines = [], 0, 0
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, FUNCTION):
                lengths.append((node.end_lineno or node.lineno) - node.lineno + 1)
                long_signatures += parameters(node) > PARAMETERS_MAX and not name.startswith("fenshen.cli")
            elif isinstance(node, ast.Import | ast.ImportFrom):
                import_lines += (node.end_lineno or node.lineno) - node.lineno + 1
    imports = {name: set(imported(name, tree, trees.keys())) - {name} for name, tree in trees.items()}
    importers = Counter(target for targets in imports.values() for target in targets)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
    lengths.sort()
    return {
        "lines": lines,
        "files": len(paths),
        "function_median": lengths[len(lengths) // 2],
        "function_p99": lengths[int(len(lengths) * 0.99)],
        "over_6_parameters": long_signatures,
        "one_importer": sum(count == 1 for count in importers.values()),
        "in_cycles": sum(len(group) for group in cycles(imports)),
        "imports_percent": round(100 * import_lines / lines, 1),
    }


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([one for one in given if one.arg not in ("self", "cls")])


def imported(name: str, tree: ast.Module, known: object) -> Iterator[str]:
    """Modules of ours that `tree` imports anywhere in it."""
    names = set(known)  # type: ignore[call-overload]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (one for one in inner if one in names)
            if node.module in names and not all(one in names for one in inner):
                yield node.module


def cycles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected components of more than one module (Tarjan 1972, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []
    for root in imports:
        if root in order:
            continue
        work = [(root, iter(sorted(imports[root])))]
        order[root] = low[root] = len(order)
        stack.append(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    work.append((target, iter(sorted(imports[target]))))
                    break
                if target in stack:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    at = stack.index(node)
                    group, stack = stack[at:], stack[:at]
                    found += [group] if len(group) > 1 else []
    return found


def wheel_kb() -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, str(ROOT)]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        return next(Path(folder).glob("*.whl")).stat().st_size // 1000


def help_s() -> float:
    """Seconds of `fenshen --help`, the best of five."""
    command = [sys.executable, "-m", "fenshen.cli", "--help"]
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return round(min(times), 2)


def first_load_kb() -> float:
    """Scripts that the first page names or preloads, compressed."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    names = set(re.findall(r'(?:src|href)="/([^"]+\.js)"', page))
    return round(sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names) / 1000, 1)


if __name__ == "__main__":
    main()
