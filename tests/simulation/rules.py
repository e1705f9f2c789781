"""What each request does to the model: the other half of the specification, one function per request.

Each returns whether the request is accepted; a refused one must leave no trace.
"""

from __future__ import annotations

from simulation.model import Model, ModelCall


def open_call(model: Model, call_id: str, fan: str, price: int) -> bool:
    mine = [call for call in model.calls.values() if call.fan == fan]
    if sum(call.status != "ended" for call in mine) >= 8:
        return False
    if model.owes(fan):
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
    if call.hold is not None:
        call.acked = max(call.acked, min(acked, call.served))
    if call.status == "paused":
        if call.lag < 1000:
            model.settle(call)
    else:
        call.heard = model.now
        idle = call.paid_until is None and model.now - call.active >= 60_000
        old = model.now - call.reserved >= 20_000 or call.served >= (call.start + 25) * 1000
        if idle or call.lag >= 20_000:
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


def resume(model: Model, call: ModelCall, acked: int = 0) -> bool:
    model.touch(call)
    if call.status == "ended":
        return False
    if call.status == "paused":
        before = call.lost
        call.acked = max(call.acked, min(acked, call.served))
        model.forget(call)
        if call.lost > before and model.owes(call.fan):
            model.close(call)
            model.stop(call, "ended", "unacknowledged")
        else:
            call.status, call.reason, call.heard, call.active = "open", "", model.now, model.now
            model.reserve(call)
    model.keep(call)
    return True


def end(model: Model, call: ModelCall, acked: int) -> bool:
    model.touch(call)
    if call.status != "ended":
        if call.hold is not None:
            call.acked = max(call.acked, min(acked, call.served))
        model.forget(call)
        model.close(call)
        model.stop(call, "ended", "fan")
    model.keep(call)
    return True


def mark(model: Model, call: ModelCall, what: str, reading: int = 0) -> bool:
    model.touch(call)
    if call.status == "open":
        until = None if call.paid_until is None else max(model.now, call.paid_until) + reading
        call.active = model.now if what == "wait" or until is None else until
        call.paid_until = {"wait": model.now + 2_000, "answer": None}.get(what, until)
    model.keep(call)
    return True


def revoke(model: Model) -> bool:
    for call in model.calls.values():
        if call.status != "ended":
            model.touch(call)
            call.acked -= call.acked % 1000
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
            if reason == "over":
                model.forget(call)
                model.close(call)
                model.stop(call, "ended", call.reason)
            else:
                model.settle(call)
    model.keep(call)
    return True


def _due(model: Model, call: ModelCall) -> str:
    if call.status == "open":
        if model.now - call.heard >= 20_000:
            return "reconnecting"
        if call.paid_until is None and model.now - call.active >= 60_000:
            return "idle"
        return "unacknowledged" if call.lag >= 20_000 or call.served >= (call.start + 25) * 1000 else ""
    if model.now - call.paused >= 300_000:
        return "over"
    return "expired" if call.hold is not None and model.now - call.reserved >= 40_000 else ""


def sweep(model: Model) -> bool:
    for call in model.calls.values():
        if not call.stale or model.now - call.touched >= 40_000:
            look(model, call)
    return True
