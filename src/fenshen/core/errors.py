"""Every error a caller can act on, as one tree.

    AppError
    ├── UsageError       the request itself is malformed
    ├── BadInput         a file, URL or value cannot be used
    ├── NotFound         the named thing does not exist (or is not yours)
    ├── Conflict         the request contradicts the stored state
    ├── Unauthenticated  nobody, or a credential that is no longer valid
    ├── Refused          rights, limits or consent say no
    │   └── Unpaid       the wallet cannot cover the next quota
    ├── Busy             a resource is locked or full right now; trying again may work
    └── EngineMissing    a model, engine or extra is not installed; the message says how to get it

A message says what happened, to which thing (``!r``), and what to do next. Knows nothing about HTTP
statuses or exit codes: each edge keeps its own table, and a test proves none is missing.
"""

from __future__ import annotations


class AppError(Exception):
    """An error whose message is meant for the person who caused it.

    Args:
        message: What happened, which thing, what to do next.
        code: Stable machine-readable name, `snake_case`; defaults to the class's own.
        details: Extra JSON-serialisable facts for the problem document.
    """

    code = "app_error"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details


class UsageError(AppError):
    """The request is malformed: a missing flag, an impossible combination."""

    code = "usage"


class BadInput(AppError):
    """A file, URL or value cannot be used as given."""

    code = "bad_input"


class NotFound(AppError):
    """The named thing does not exist, or is not visible to this caller."""

    code = "not_found"


class Conflict(AppError):
    """The request contradicts what is already stored (same key, other content)."""

    code = "conflict"


class Unauthenticated(AppError):
    """No credential, or one that is unknown, expired or revoked."""

    code = "unauthenticated"


class Refused(AppError):
    """Rights, consent, limits or role forbid this."""

    code = "refused"


class Unpaid(Refused):
    """The wallet cannot cover the next quota."""

    code = "unpaid"


class Busy(AppError):
    """Something needed is locked, full or overloaded right now."""

    code = "busy"
    retryable = True


class EngineMissing(AppError):
    """A model, engine or extra is not installed."""

    code = "engine_missing"
