"""What somebody says may be done with an item: the value, and how it is written in a file or on a command line.

    `rights: mine` · `rights: none` · {uses, owner, licence, territory, consent}  →  Rights

Pure; knows nothing about items, rules or the database, and does not judge: `rights` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from fenshen.core.errors import BadInput
from fenshen.library.clean import clean_title

Use = Literal["train", "cite", "speak", "sing"]
USES: tuple[Use, ...] = get_args(Use)

#: Whose word decides: nobody yet, a bulk rule, the file itself (or a `rights.yaml` over it), the creator.
Authority = Literal["", "rule", "file", "item"]

#: The creator, as owner: what is stored and written for "I made it, it is mine".
MINE = "mine"
WORLD = "world"
_MINE_WORDS = frozenset({"mine", "me", "my own", "own", "self", "myself", "我", "我的", "本人", "自己"})
_NOTHING_WORDS = frozenset({"none", "nothing", "no", "false", "null", ""})
_KEYS = frozenset({"uses", "owner", "licence", "license", "territory", "consent"})
_COUNTRY = re.compile(r"[A-Z]{2}")
_COUNTRIES_MAX = 21


@dataclass(frozen=True)
class Rights:
    """What may be done with something, and on whose word. The default is nothing.

    Attributes:
        owner: who holds the rights, in words; `mine` for the creator; empty when nobody said.
        licence: SPDX id or words.
        territory: `world`, or ISO 3166 country codes joined by commas.
        consent_id: the consent that covers it; when that ends, so does every use.
    """

    uses: tuple[Use, ...] = ()
    owner: str = ""
    licence: str = ""
    territory: str = WORLD
    consent_id: str | None = None


#: What "it is mine" allows. Singing is asked for by itself.
ALL_MINE = Rights(uses=("train", "cite", "speak"), owner=MINE)


def parse_rights(value: object) -> Rights:
    """Rights as written in YAML: `mine`, `none`, a list of uses, or a mapping.

    Raises:
        BadInput: `bad_rights`. What cannot be understood is refused, not ignored: it may say no.
    """
    if value is None or isinstance(value, str | bool):
        return _parse_word(value)
    if isinstance(value, list):
        return Rights(uses=parse_uses(value))
    if not isinstance(value, Mapping):
        raise BadInput("`rights` must be `mine`, `none`, a list of uses or a mapping", code="bad_rights")
    unknown = sorted(str(key) for key in value if key not in _KEYS)
    if unknown:
        raise BadInput(
            f"`rights` has no {unknown[0]!r}; it has {', '.join(sorted(_KEYS))}", code="bad_rights"
        )
    uses = value.get("uses", [])
    return make_rights(
        uses.split(",") if isinstance(uses, str) else uses,
        owner=_words(value.get("owner")),
        licence=_words(value.get("licence", value.get("license"))),
        territory=_words(value.get("territory")),
        consent_id=_words(value.get("consent")) or None,
    )


def make_rights(
    uses: Iterable[object],
    owner: str = "",
    licence: str = "",
    territory: str = "",
    consent_id: str | None = None,
) -> Rights:
    """Rights from loose words.

    Raises:
        BadInput: `bad_rights`, a use or a territory that there is not.
    """
    words = clean_title(owner)
    return Rights(
        uses=parse_uses(uses),
        owner=MINE if words.casefold() in _MINE_WORDS else words,
        licence=clean_title(licence)[:64],
        territory=parse_territory(territory),
        consent_id=consent_id,
    )


def parse_uses(names: object) -> tuple[Use, ...]:
    """The uses without repeats, in their fixed order; `none` and an empty list are no use at all.

    Raises:
        BadInput: `bad_rights`, an unknown one, or no list of words.
    """
    if not isinstance(names, Iterable) or isinstance(names, Mapping):
        raise BadInput(f"uses must be some of {', '.join(USES)}", code="bad_rights")
    asked = {name.strip().lower() if isinstance(name, str) else repr(name) for name in names} - _NOTHING_WORDS
    unknown = sorted(asked.difference(USES))
    if unknown:
        raise BadInput(f"{unknown[0][:40]!r} is no use; there are {', '.join(USES)}", code="bad_rights")
    return tuple(use for use in USES if use in asked)


def parse_territory(text: str) -> str:
    """`world`, or country codes in order.

    Raises:
        BadInput: `bad_rights`.
    """
    parts = {part.strip().upper() for part in text.split(",") if part.strip()}
    if not parts or WORLD.upper() in parts:
        return WORLD
    if len(parts) > _COUNTRIES_MAX or not all(_COUNTRY.fullmatch(part) for part in parts):
        raise BadInput(
            f"territory {text[:40]!r} must be `world` or up to {_COUNTRIES_MAX} country codes such as CN,TW",
            code="bad_rights",
        )
    return ",".join(sorted(parts))


def stored(rights: Rights) -> dict[str, Any]:
    """`rights` as JSON types; `restored` is the way back."""
    return asdict(rights)


def restored(content: Mapping[str, Any]) -> Rights:
    """Rights as `stored` wrote them."""
    return Rights(**{**content, "uses": tuple(content["uses"])})


def _parse_word(value: str | bool | None) -> Rights:
    word = str(value).strip().casefold() if value is not None else ""
    if word in _NOTHING_WORDS:
        return Rights()
    if word in _MINE_WORDS or value is True:
        return ALL_MINE
    raise BadInput(f"`rights: {str(value)[:40]}` says nothing known; try `mine` or `none`", code="bad_rights")


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(str(part) for part in value)
    if not isinstance(value, str | int | float):
        raise BadInput("owner, licence, territory and consent must be words", code="bad_rights")
    return str(value)
