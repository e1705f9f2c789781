"""What is wrong with the base that the settings name, found without starting it.

A twin whose version brings a base of its own answers without the settings' base, so a broken one would only show
when the next twin is trained. Knows nothing about twins.
"""

from __future__ import annotations

from pathlib import Path

import httpx

from fenshen.core.errors import AppError
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.made import is_made, made_base
from fenshen.models.own import own_base
from fenshen.models.pull import installed
from fenshen.models.weight_files import check_weights

_TIMEOUT_S = 3.0


def base_trouble(settings: Settings) -> str | None:
    """Why `FENSHEN_BASE` cannot be used now and what to do, `None` where it can, as far as a look tells."""
    if settings.engine == "fake":
        return None
    try:
        return _trouble(settings.base, settings)
    except AppError as error:
        return error.message
    except OSError as error:
        return f"its files cannot be read: {error.strerror or error}"


def _trouble(base: str, settings: Settings) -> str | None:
    if "://" in base:
        return _endpoint_trouble(base.partition("|")[0], settings)
    path = Path(base).expanduser()
    if base.endswith(".gguf") or path.is_dir():
        if not path.exists():
            return f"there is no file {base!r}; correct FENSHEN_BASE"
        check_weights(path)
    elif is_made(base):
        made_base(base, settings.home)
    elif own := own_base(base, settings.home):
        check_weights(own.file)
    elif base in CATALOG and installed(base, settings.home / "models") is None:
        return f"its weights are not installed; run `fenshen models pull {base}`"
    elif base not in CATALOG and ":" not in base:
        return f"no base {base!r} is known; `fenshen models list` has those that are"
    return None


def _endpoint_trouble(url: str, settings: Settings) -> str | None:
    """Whether an OpenAI-compatible endpoint answers at all."""
    url = f"http{url.partition('http')[2]}"  # an engine's name may stand before it
    key = settings.base_key.get_secret_value() if settings.base_key else None
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=False, headers=headers) as client:
            status = client.get(f"{url.rstrip('/')}/models").status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return (
            f"the endpoint {url} does not answer ({type(error).__name__}); start it or correct FENSHEN_BASE"
        )
    if status in (401, 403):
        return f"the endpoint {url} does not accept the key; correct FENSHEN_BASE_KEY"
    return (
        f"the endpoint {url} answers {status}; look at it, or correct FENSHEN_BASE" if status >= 500 else None
    )
