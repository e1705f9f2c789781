"""Nothing that reads text may take more than a fixed time per character, whatever the text is.

A pattern with a repetition inside another, or a loop that reads a run from each of its characters, lets one
message stop a whole server: regular expressions cannot be interrupted. So every pattern and every function
of one text is found here by itself and timed on texts that are made to be slow.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import inspect
import pkgutil
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import fenshen
from fenshen.library.privacy import people, pseudonyms, rewriting
from fenshen.trust import lexicon
from linear_time import Text, growth, of_pattern, of_runs

SOURCE = Path(fenshen.__file__).parent
#: A function that takes exactly one of these is a text function.
TEXT_NAMES = frozenset(
    {
        "text",
        "line",
        "body",
        "low",
        "form",
        "plain",
        "markup",
        "sentence",
        "run",
        "words",
        "content",
        "plain_text",
    }
)
#: Text functions that are not timed, with the reason.
NOT_TIMED = {"fenshen.cli.output.say": "writes to the terminal"}
#: Functions that make a pattern of data, and what they make of the worst data: everything of it is bounded.
BUILT: dict[str, Callable[[], Iterable[re.Pattern[str]]]] = {
    "trust.lexicon.compile_rules": lambda: _patterns_in(
        lexicon.compile_rules([r"(so |very )*a\w+ ~ b+"], ["(真|好)+.*想"])
    ),
    "library.privacy.people._any_of": lambda: [people._any_of(("aa", "aa aa", "a", "真真", "真"))],
    "library.privacy.rewriting.spelled": lambda: [rewriting.spelled(["a a", "a  a a", "!! !!"])],
    "library.privacy.pseudonyms.stand_ins": lambda: [pseudonyms.stand_ins("phone", "ab" * 16)],
    # The published numbering plans of all countries; the patterns are only tried on whole numbers.
    "library.privacy.phones.plan": lambda: [],
    # A table of the module itself, found with it.
    "library.privacy.numbers.IdShape.said_just_before": lambda: [],
    "training.backtranslation.prompt._is_about": lambda: [],
}
WAIT_S = 20


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(fenshen.__path__, "fenshen."):
        if not found.name.endswith("__main__") and ".migrations" not in found.name:
            with contextlib.suppress(ModuleNotFoundError):
                yield importlib.import_module(found.name)


def _patterns_in(value: object, depth: int = 0) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    """Patterns in a value of a module: itself, in its tables, in the fields of its dataclasses."""
    inner: Iterable[object] = ()
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        inner = (*value.keys(), *value.values())
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = value
    elif is_dataclass(value) and not isinstance(value, type):
        inner = (getattr(value, field.name, None) for field in fields(value))
    if depth < 4:
        for part in inner:
            yield from _patterns_in(part, depth + 1)


@functools.cache
def _named() -> dict[tuple[str | bytes, int], tuple[str, bool]]:
    """Every pattern that some module holds: where, and whether it is only tried at one place of a text."""
    found: dict[tuple[str | bytes, int], tuple[str, bool]] = {}
    for module in _modules():
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        for name, value in list(vars(module).items()):
            for pattern in _patterns_in(value):
                key = (pattern.pattern, pattern.flags)
                found.setdefault(key, (f"{module.__name__}.{name}", _only_at_one_place(name, source)))
    for name in sorted(path.stem for path in (SOURCE / "trust" / "data").glob("*.yaml")):
        if name not in ("words", "closeness"):
            for pattern in _patterns_in(lexicon.subject(name)):
                found.setdefault((pattern.pattern, pattern.flags), (f"subject {name}", False))
    for pattern in _patterns_in(lexicon.closeness()):
        found.setdefault((pattern.pattern, pattern.flags), ("closeness", False))
    return found


def _only_at_one_place(name: str, source: str) -> bool:
    uses = re.findall(rf"\b{name}\b(\.\w+)?(?! *=[^=])", source)
    return name.startswith("_") and bool(uses) and set(uses) <= {".match", ".fullmatch"}


def _inline() -> Iterator[tuple[str, str, str | None, int]]:
    """Patterns that stand inside functions: module, function, the pattern unless it is made of data, flags."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for function, call in _calls(ast.parse(path.read_text(encoding="utf-8")), ()):
            values = vars(sys.modules[f"fenshen.{name}"]) if f"fenshen.{name}" in sys.modules else {}
            try:
                pattern = eval(compile(ast.Expression(call.args[0]), name, "eval"), dict(values))
            except NameError:
                pattern = None
            if pattern is None or isinstance(pattern, str):
                yield name, ".".join(function), pattern, 0


def _calls(node: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ast.Call]]:
    """Calls of functions of `re` below `node` that stand in a function, with the names around them."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Attribute)
            and isinstance(child.func.value, ast.Name)
            and child.func.value.id == "re"
            and child.func.attr
            in {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
            and inside
        ):
            yield inside, child
        yield from _calls(child, (*inside, child.name) if named else inside)  # type: ignore[attr-defined]


def _slow(use: Callable[[str], object], texts: Iterable[Text]) -> str:
    """What made `use` slow, or an empty text."""
    for text in texts:
        try:
            with _alarm():
                grown = growth(use, text)
        except TimeoutError:
            return f"never ends on {text!r}"
        if grown:
            return f"{grown:.1f} times the time for twice the text on {tuple(part[:40] for part in text)!r}"
    return ""


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    """A pattern lets signals through while it searches, so one that never ends is found too."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, WAIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _use(pattern: re.Pattern[str] | re.Pattern[bytes], once: bool) -> Callable[[str], object]:
    def use(text: str) -> object:
        given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
        if once:
            return pattern.match(given), pattern.fullmatch(given)  # type: ignore[arg-type]
        return sum(1 for _ in pattern.finditer(given))  # type: ignore[arg-type]

    return use


def _texts(pattern: str | bytes, flags: int) -> Iterator[Text]:
    yield from of_runs()
    if isinstance(pattern, bytes):
        yield from of_pattern(pattern.decode("latin-1"), flags)
    else:
        yield from of_pattern(pattern, flags)


def test_every_pattern_takes_linear_time() -> None:
    """Patterns of modules, of tables, of rule files, in functions, and those made of a creator's data."""
    slow = []
    for (pattern, flags), (name, once) in _named().items():
        if found := _slow(_use(re.compile(pattern, flags), once), _texts(pattern, flags)):
            slow.append(f"{name}: {found}")
    for module, function, inline, flags in dict.fromkeys(_inline()):
        built = BUILT.get(f"{module}.{function}")
        assert inline is not None or built is not None, (
            f"{module}.{function} makes a pattern of data: see BUILT"
        )
        made = [re.compile(inline, flags)] if inline is not None else list(built() if built else ())
        slow += [
            f"{module}.{function}: {found}"
            for one in made
            if (found := _slow(_use(one, False), _texts(one.pattern, one.flags)))
        ]
    assert not slow, "\n".join(slow)


def _text_functions() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Functions of one text, public or not, in every module."""
    for module in _modules():
        for name, function in list(vars(module).items()):
            if getattr(function, "__module__", "") != module.__name__ or isinstance(function, type):
                continue
            with contextlib.suppress(TypeError, ValueError):
                given = inspect.signature(function).parameters.values()
                needed = [one for one in given if one.default is one.empty and one.kind < one.VAR_POSITIONAL]
                if len(needed) == 1 and needed[0].name in TEXT_NAMES and needed[0].annotation in ("str", str):
                    yield f"{module.__name__}.{name}", getattr(function, "__wrapped__", function)


def _tolerant(function: Callable[[str], object]) -> Callable[[str], object]:
    """The function used to its end, what it refuses passed over."""

    def use(text: str) -> None:
        try:
            made = function(text)
            if inspect.isgenerator(made):
                for _ in made:
                    pass
        except TimeoutError:
            raise
        except Exception:  # whatever a text is refused with: only the time counts here
            return

    return use


def test_every_text_function_takes_linear_time() -> None:
    """Sentences, cleaning, readers, finders, numerals, words: found by what they take."""
    slow = [
        f"{name}: {found}"
        for name, function in _text_functions()
        if name not in NOT_TIMED and (found := _slow(_tolerant(function), of_runs()))
    ]
    assert not slow, "\n".join(slow)
