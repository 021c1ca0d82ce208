"""How many threads a network gets on the CPU."""

import os
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")


def default_threads() -> int:
    """One for each core this process may use: the two threads of one core share the arithmetic
    unit that networks keep busy."""
    if hasattr(os, "sched_getaffinity"):
        return len({_core_of(cpu) for cpu in os.sched_getaffinity(0)})
    return os.cpu_count() or 1


def _core_of(cpu: int) -> str:
    try:
        return (_TOPOLOGY / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text()
    except OSError:
        return str(cpu)
