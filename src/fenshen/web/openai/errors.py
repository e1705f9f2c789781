"""Errors as the OpenAI protocol writes them: everything under `/v1` answers in this shape.

Source: OpenAI API reference, Error codes. Knows nothing about which error has which status.
"""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

from fenshen.core.errors import AppError, NotFound, Unauthenticated

PREFIX = "/v1"
#: What OpenAI calls them, where clients look at the code.
_CODES: dict[type[AppError], str] = {Unauthenticated: "invalid_api_key", NotFound: "model_not_found"}
#: The protocol says 400 where we say 422.
_STATUS = {422: 400}


def is_under(path: str) -> bool:
    """Whether an address belongs to the OpenAI surface."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def error_body(code: str, message: str, kind: str, param: str | None = None) -> dict[str, Any]:
    """The error envelope.

    Args:
        param: the field of the request that is at fault, such as `messages[0].content`.
    """
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error_document(error: AppError, status: int) -> tuple[dict[str, Any], int]:
    """The envelope of an error, and the status that goes with it here."""
    status = _STATUS.get(status, status)
    code = next((name for kind, name in _CODES.items() if isinstance(error, kind)), error.code)
    param = error.details.get("param")
    return error_body(code, error.message, _kind(status), param if isinstance(param, str) else None), status


def unknown_address(method: str, path: str, hint: str, status: int = 404) -> JSONResponse:
    """The answer to a request for an address that is not there."""
    message = f"Unknown request URL: {method} {path}. {hint}"
    return JSONResponse(error_body("unknown_url", message, "invalid_request_error"), status)


def _kind(status: int) -> str:
    if status >= 500:
        return "server_error"
    return "rate_limit_error" if status == 429 else "invalid_request_error"
