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
import itertools
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import fenshen
from fenshen.library.privacy import people, pseudonyms, review
from fenshen.trust import care, crisis, lexicon, limits, minors, outgoing
from fenshen.trust.cleaning import clean_fan_text
from fenshen.trust.drift import Window, drift_level
from fenshen.trust.gate import SentenceGate
from fenshen.trust.guard import Guard
from fenshen.trust.normalise import match_forms
from fenshen.web.openai import shapes
from linear_time import Text, of_pattern, of_runs, slow_on

JUNIPER = Path(__file__).parents[2] / "examples" / "juniper" / "limits.yaml"
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
    "library.privacy.review.spelled": lambda: [review.spelled(["a a", "a  a a", "!! !!"])],
    "library.privacy.pseudonyms.stand_ins": lambda: [pseudonyms.stand_ins("phone", "ab" * 16)],
    # The published numbering plans of all countries; the patterns are only tried on whole numbers.
    "library.privacy.phones.plan": lambda: [],
    # Tables of the modules themselves, found with them.
    "library.privacy.numbers.IdShape.said_just_before": lambda: [],
    "training.backtranslation.prompt._is_about": lambda: [],
    "library.near_relatives._row": lambda: [],
    # Found as phrases of the rule file.
    "trust.crisis._scripts": lambda: [],
    "trust.phrase_lists._either": lambda: [],
}


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


#: Rule files that are lists of phrases, and what is compiled of each.
PHRASE_LISTS: dict[str, Callable[[], object]] = {
    "ages": lambda: minors._rules(2026),
    "care": care._kinds,
    "help": crisis._scripts,
    "oblique": crisis._oblique,
    "outgoing": outgoing._subjects,
}


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
        if name not in ("words", "intimacy", *PHRASE_LISTS):
            for pattern in _patterns_in(lexicon.subject(name)):
                found.setdefault((pattern.pattern, pattern.flags), (f"subject {name}", False))
    for name, made in PHRASE_LISTS.items():
        for pattern in _patterns_in(made()):
            found.setdefault((pattern.pattern, pattern.flags), (f"phrases of {name}", False))
    for pattern in _patterns_in(lexicon.intimacy_rules()):
        found.setdefault((pattern.pattern, pattern.flags), ("intimacy", False))
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


def _use(pattern: re.Pattern[str] | re.Pattern[bytes], once: bool) -> Callable[[str], object]:
    def use(text: str) -> object:
        given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
        if once:
            return pattern.match(given), pattern.fullmatch(given)  # type: ignore[arg-type]
        return sum(1 for _ in pattern.finditer(given))  # type: ignore[arg-type]

    return use


def _texts(pattern: str | bytes, flags: int) -> Iterator[Text]:
    # Half of the runs for each: its own repetitions are pumped anyway.
    yield from itertools.islice(of_runs(), len(pattern) % 2, None, 2)
    if isinstance(pattern, bytes):
        yield from of_pattern(pattern.decode("latin-1"), flags)
    else:
        yield from of_pattern(pattern, flags)


def test_every_pattern_takes_linear_time() -> None:
    """Patterns of modules, of tables, of rule files, in functions, and those made of a creator's data."""
    slow = []
    for (pattern, flags), (name, once) in _named().items():
        if found := slow_on(_use(re.compile(pattern, flags), once), _texts(pattern, flags)):
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
            if (found := slow_on(_use(one, False), _texts(one.pattern, one.flags)))
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
        if name not in NOT_TIMED and (found := slow_on(_tolerant(function), of_runs()))
    ]
    assert not slow, "\n".join(slow)


def _hostile_limits() -> limits.Limits:
    """Limits whose examples are made to be slow: the same words over and over, spelled out, without gaps."""
    examples = [
        "send " * 30 + "x",
        "a b " * 40,
        "s e n d " * 20,
        "去的" * 60,
        "what is your " + "a" * 400,
        "x x x",
    ]
    keys = [f"gift card {word}" for word in ("send", "buy", "give", "want", "card card card", "a a a a")]
    never = {"name": "spam", "stance": "never", "examples": examples + keys}
    careful = {"name": "more", "stance": "careful", "examples": examples}
    return limits.parse_limits({"topics": [never, careful]})


def _asked_for(text: str) -> object:
    body = shapes.ChatRequest(model="x", messages=[shapes.ChatMessage(role="user", content=text)] * 3)
    return body.split()


def _gated(guard: Guard, text: str) -> object:
    gate = SentenceGate(guard, Window().add("fan", text))
    return [gate.feed(text[at : at + 40]) for at in range(0, len(text), 40)], gate.flush()


def test_the_guard_and_the_edges_take_linear_time() -> None:
    """Whole checks with hostile limits: a message, a sentence, an answer in pieces, a window, a body."""
    juniper, hostile = Guard(limits.load(JUNIPER)), Guard(_hostile_limits())
    uses: dict[str, Callable[[str], object]] = {
        "cleaning": clean_fan_text,
        "a body": _asked_for,
        "juniper's message": juniper.check_fan_message,
        "a hostile message": hostile.check_fan_message,
        "a hostile answer": functools.partial(_gated, hostile),
    }
    uses["drift"] = lambda text: drift_level(
        functools.reduce(lambda w, _: w.add("fan", text), range(12), Window())
    )
    runs = [*of_runs()]
    slow = []
    for number, (name, use) in enumerate(uses.items()):

        def afresh(text: str, use: Callable[[str], object] = use) -> object:
            match_forms.cache_clear()
            return _tolerant(use)(text)

        # Their parts have met every run above.
        if found := slow_on(afresh, runs[number % 5 :: 5]):
            slow.append(f"{name}: {found}")
    assert not slow, "\n".join(slow)
