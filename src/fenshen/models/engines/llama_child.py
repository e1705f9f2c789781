"""The child process that runs llama.cpp: `python -m fenshen.models.engines.llama_child`.

It reads one line of JSON from standard input (the plan), serves the OpenAI protocol on a free port of
127.0.0.1, writes one line of JSON with its address to standard output, and lives until standard input
ends or its parent is gone, however the parent died. (Linux's PR_SET_PDEATHSIG would fire when the
*thread* that started us ends, so the parent's id is watched instead.) Everything llama.cpp prints goes
to standard error, which the parent points at the log file. Knows nothing about the parent's requests.
"""

from __future__ import annotations

import json
import os
import select
import sys
import threading
from dataclasses import asdict, dataclass, field

#: How often the parent's id is looked at where its pipe has not said anything.
PARENT_CHECK_S = 1.0


@dataclass(frozen=True)
class ChildPlan:
    """What to serve.

    Attributes:
        key: Bearer key every request must carry; travels by pipe so that no process list shows it.
        context_tokens: Per slot.
        slots: Requests answered side by side.
        threads: CPU threads.
        adapters: Paths of GGUF LoRA files; their position is their id in requests.
        chat_template: Instead of the file's own.
    """

    model: str
    key: str
    context_tokens: int = 4096
    slots: int = 2
    threads: int = 2
    adapters: tuple[str, ...] = field(default_factory=tuple)
    chat_template: str | None = None

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def serve(plan: ChildPlan) -> str:
    """Start llama.cpp in this process; the address it listens on, such as `http://127.0.0.1:40123`."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = plan.model
    params.api_keys = [plan.key]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.n_parallel = plan.slots
    params.n_ctx = plan.context_tokens * plan.slots
    params.cache_ram_mib = 1024
    params.endpoint_metrics = True
    params.cpuparams.n_threads = plan.threads
    params.cpuparams_batch.n_threads = plan.threads
    params.enable_reasoning = 0  # a spoken answer cannot wait for a hidden one
    if plan.chat_template is not None:
        params.chat_template = plan.chat_template
    params.lora_init_without_apply = True
    adapters = []
    for path in plan.adapters:
        adapter = xllamacpp.CommonAdapterLoraInfo()
        adapter.path = path
        adapter.scale = 1.0
        adapters.append(adapter)
    params.lora_adapters = adapters
    server = xllamacpp.Server(params)
    _kept.append(server)
    return str(server.listening_address)


#: The server lives as long as somebody holds it.
_kept: list[object] = []


def die_with_parent(parent: int) -> None:
    """End this process when standard input closes or `parent` is no longer our parent."""
    while True:
        # Windows cannot wait on a pipe, but there the pipe breaks whenever the parent ends.
        readable = os.name == "nt" or select.select([sys.stdin], [], [], PARENT_CHECK_S)[0]
        if (readable and not os.read(sys.stdin.fileno(), 4096)) or os.getppid() != parent:
            os._exit(0)


def main() -> None:
    """Serve the plan on standard input until the parent goes."""
    parent = os.getppid()
    report = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            return
        line += byte
    plan = json.loads(line)
    watcher = threading.Thread(target=die_with_parent, args=(parent,), daemon=True)
    watcher.start()
    address = serve(ChildPlan(**{**plan, "adapters": tuple(plan["adapters"])}))
    report.write(json.dumps({"address": address}) + "\n")
    report.close()
    watcher.join()


if __name__ == "__main__":
    main()
