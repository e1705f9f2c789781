"""Errors as RFC 9457 problem documents, under `/v1` as the OpenAI protocol writes them.

The one table from error class to HTTP status.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from fenshen.core.errors import (
    AppError,
    BadInput,
    Busy,
    Conflict,
    EngineMissing,
    NotFound,
    Refused,
    Unauthenticated,
    Unpaid,
    UsageError,
)
from fenshen.web.openai.errors import error_document, is_under, unknown_address

STATUS: dict[type[AppError], HTTPStatus] = {
    UsageError: HTTPStatus.BAD_REQUEST,
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Refused: HTTPStatus.FORBIDDEN,
    Unpaid: HTTPStatus.PAYMENT_REQUIRED,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    EngineMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    AppError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
#: Codes that say more than their class.
STATUS_OF_CODE = {
    "too_many_attempts": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_streams": HTTPStatus.TOO_MANY_REQUESTS,
    "body_too_slow": HTTPStatus.REQUEST_TIMEOUT,
    "too_many_calls": HTTPStatus.TOO_MANY_REQUESTS,
}
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
#: Name of the route that serves the page at every address which nothing else has.
PAGE = "page"

_log = logging.getLogger(__name__)


def status_of(error: AppError) -> HTTPStatus:
    """The status of the code, else of the nearest listed ancestor."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(error: AppError) -> dict[str, Any]:
    """The problem document of an error."""
    status = status_of(error)
    return {
        **error.details,
        "type": f"urn:fenshen:problem:{error.code}",
        "title": status.phrase,
        "status": int(status),
        "code": error.code,
        "detail": error.message,
        "retryable": error.retryable,
    }


def error_response(path: str, error: AppError) -> JSONResponse:
    """The error as a request for `path` is answered."""
    headers = _retry_headers(error)
    status = int(status_of(error))
    if is_under(path):
        if isinstance(error, Unauthenticated):
            headers["WWW-Authenticate"] = "Bearer"
        body, status = error_document(error, status)
        return JSONResponse(body, status, headers)
    return JSONResponse(problem(error), status, headers, MEDIA_TYPE)


def _retry_headers(error: AppError) -> dict[str, str]:
    """When to try again, where trying again may help."""
    wait_s = error.details.get("retry_after_s", RETRY_AFTER_S if error.retryable else None)
    return {} if wait_s is None else {"Retry-After": str(wait_s)}


def add_error_handlers(api: FastAPI) -> None:
    """Make every error of `api` a problem document; an unforeseen one says nothing of its inside."""

    async def known(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AppError)
        return error_response(request.url.path, error)

    async def malformed(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = [(_place(e["loc"][1:]), str(e["msg"])) for e in error.errors()[:5]]
        places = "; ".join(f"{place}: {reason}" if place else reason for place, reason in found)
        wrong = BadInput(
            f"the request does not fit: {places}", code="invalid_request", param=found[0][0] or None
        )
        return error_response(request.url.path, wrong)

    async def routing(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        path, status = request.url.path, error.status_code
        if getattr(request.scope.get("route"), "name", "") == PAGE:
            # Every address is one of the page, so a method that pages do not have says "no such address".
            status = HTTPStatus.NOT_FOUND
        if is_under(path):
            return unknown_address(request.method, path, str(error.detail), status)
        phrase = HTTPStatus(status).phrase
        body = {
            "type": "about:blank",
            "title": phrase,
            "status": status,
            "code": phrase.lower().replace(" ", "_"),
            "detail": f"{request.method} {path}: {phrase}",
            "retryable": False,
        }
        return JSONResponse(body, status, error.headers, MEDIA_TYPE)

    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        path = request.url.path
        _log.error("unhandled error", exc_info=error, extra={"path": path})
        return error_response(
            path, AppError("something went wrong on our side; it has been logged", code="internal")
        )

    api.add_exception_handler(AppError, known)
    api.add_exception_handler(RequestValidationError, malformed)
    api.add_exception_handler(HTTPException, routing)
    api.add_exception_handler(Exception, unforeseen)


def _place(parts: Sequence[int | str]) -> str:
    """Where in a body something is: `messages[0].role`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
