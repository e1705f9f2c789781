"""What each request does to the model: the other half of the specification, one function per request.

Each returns whether the request is accepted; a refused one must leave no trace.
"""

from __future__ import annotations

from simulation.model import Model, ModelCall

HOUR_MS = 3_600_000


def open_call(model: Model, call_id: str, fan: str, price: int) -> bool:
    mine = [call for call in model.calls.values() if call.fan == fan]
    if sum(call.status != "ended" for call in mine) >= 8:
        return False
    if sum(call.lost for call in mine if model.now - call.began <= HOUR_MS) >= 180:
        return False
    call = ModelCall(fan, price, model.now)
    if not model.reserve(call):
        return False
    model.calls[call_id] = call
    return True


def heartbeat(model: Model, call: ModelCall, acked: int) -> bool:
    model.touch(call)
    if call.status == "ended":
        return True
    call.acked = max(call.acked, min(acked, call.served // 1000))
    if call.status == "paused":
        if call.lag <= 0:
            model.settle(call)
    else:
        call.heard = model.now
        idle = call.waiting is None and model.now - call.active >= 60_000
        old = model.now - call.reserved >= 20_000 or call.served >= (call.start + 25) * 1000
        if idle or call.lag >= 20:
            model.stop(call, "paused", "idle" if idle else "unacknowledged")
        elif call.used >= 15 or old:
            model.reserve(call)
    model.keep(call)
    return True


def pause(model: Model, call: ModelCall) -> bool:
    model.touch(call)
    if call.status == "open":
        model.stop(call, "paused", "fan")
    model.keep(call)
    return True


def resume(model: Model, call: ModelCall) -> bool:
    model.touch(call)
    if call.status == "ended":
        return False
    if call.status == "paused":
        model.forget(call)
        if call.lost > 45:
            model.settle(call)
            model.stop(call, "ended", "unacknowledged")
        else:
            call.status, call.reason, call.heard, call.active = "open", "", model.now, model.now
            model.reserve(call)
    model.keep(call)
    return True


def end(model: Model, call: ModelCall, acked: int) -> bool:
    model.touch(call)
    if call.status != "ended":
        call.acked = max(call.acked, min(acked, call.served // 1000))
        model.forget(call)
        model.settle(call)
        model.stop(call, "ended", "fan")
    model.keep(call)
    return True


def mark(model: Model, call: ModelCall, what: str) -> bool:
    model.touch(call)
    if call.status == "open":
        call.active = model.now
        call.waiting = {"wait": model.now, "answer": None}.get(what, call.waiting)
    model.keep(call)
    return True


def revoke(model: Model) -> bool:
    for call in model.calls.values():
        if call.status != "ended":
            model.touch(call)
            model.settle(call, void=True)
            model.stop(call, "ended", "revoked")
            model.keep(call)
    return True


def look(model: Model, call: ModelCall) -> bool:
    """Somebody asks for the state of one call; only what is due is done."""
    if call.status == "ended" or not (call.stale or _due(model, call)):
        return True
    model.touch(call)
    if reason := _due(model, call):
        if call.status == "open":
            model.stop(call, "paused", reason)
        else:
            model.settle(call)
            model.forget(call)
            if reason == "over":
                model.stop(call, "ended", call.reason)
    model.keep(call)
    return True


def _due(model: Model, call: ModelCall) -> str:
    if call.status == "open":
        if model.now - call.heard >= 20_000:
            return "reconnecting"
        if call.waiting is None and model.now - call.active >= 60_000:
            return "idle"
        return "unacknowledged" if call.lag >= 20 or call.served >= (call.start + 25) * 1000 else ""
    if model.now - call.paused >= 300_000:
        return "over"
    return "expired" if call.hold is not None and model.now - call.reserved >= 40_000 else ""


def sweep(model: Model) -> bool:
    for call in model.calls.values():
        if not call.stale or model.now - call.touched >= 40_000:
            look(model, call)
    return True
