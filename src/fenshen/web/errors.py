"""Errors as RFC 9457 problem documents. The one table from error class to HTTP status."""

from __future__ import annotations

import logging
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
    "too_many_calls": HTTPStatus.TOO_MANY_REQUESTS,
}
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2

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


def problem_response(error: AppError) -> JSONResponse:
    """The problem document as a response."""
    return JSONResponse(problem(error), int(status_of(error)), retry_headers(error), MEDIA_TYPE)


def retry_headers(error: AppError) -> dict[str, str]:
    """When to try again, where trying again may help."""
    wait_s = error.details.get("retry_after_s", RETRY_AFTER_S if error.retryable else None)
    return {} if wait_s is None else {"Retry-After": str(wait_s)}


def add_error_handlers(api: FastAPI) -> None:
    """Make every error of `api` a problem document; an unforeseen one says nothing of its inside."""

    async def known(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AppError)
        return problem_response(error)

    async def malformed(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        places = "; ".join(f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors()[:5])
        return problem_response(BadInput(f"the request does not fit: {places}", code="invalid_request"))

    async def routing(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        phrase = HTTPStatus(error.status_code).phrase
        body = {
            "type": "about:blank",
            "title": phrase,
            "status": error.status_code,
            "code": phrase.lower().replace(" ", "_"),
            "detail": str(error.detail),
            "retryable": False,
        }
        return JSONResponse(body, error.status_code, error.headers, MEDIA_TYPE)

    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        _log.error("unhandled error", exc_info=error, extra={"path": request.url.path})
        return problem_response(
            AppError("something went wrong on our side; it has been logged", code="internal")
        )

    api.add_exception_handler(AppError, known)
    api.add_exception_handler(RequestValidationError, malformed)
    api.add_exception_handler(HTTPException, routing)
    api.add_exception_handler(Exception, unforeseen)
