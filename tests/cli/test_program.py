"""The program in a process of its own: what Ctrl-C, pipes and a missing screen do to it."""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from avatar_app.cli.interrupt import Interrupt

PROGRAM = [sys.executable, "-m", "avatar_app.cli.main"]
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def has_arenas() -> bool:
    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_info")


def test_a_refusal_is_one_sentence_and_exit_code_2(program):
    assert "nobody" in program("animate", "nobody", "pattern:5", "-o", "out.mp4").refusal


def test_run_without_a_screen_says_so(program):
    assert "--headless" in program("run").refusal


def test_alone_without_a_screen_it_turns_to_the_demo(program):
    Path("avatar_demo.mp4").mkdir()
    ended = program()
    assert ended.code == 2
    first, refusal = ended.err.splitlines()
    assert first.endswith("Running the demo instead.")
    assert "avatar_demo.mp4" in refusal


@on_posix
def test_ctrl_c_in_the_middle_of_loading_is_quiet():
    process = subprocess.Popen(
        [*PROGRAM, "run", "--headless", "--source", "pattern:", "--output", "memory:"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            process.wait(1.5)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == ""


@on_posix
def test_a_reader_that_leaves_is_no_error():
    command = f"'{PROGRAM[0]}' -m avatar_app.cli.main devices | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_numpy_and_opencv_start_no_threads_of_their_own():
    """Their helpers spin or sleep beside the work; the entry point is what keeps them away."""
    script = """
import os, sys
sys.argv = ["avatar-app", "--version"]
from avatar_app.cli.main import main
main()
import numpy as np
import avatar_app.build, cv2
large = np.ones((512, 512), np.float32)
cv2.resize(large @ large, (2048, 2048), interpolation=cv2.INTER_CUBIC)
print(len(os.listdir("/proc/self/task")))
"""
    clean = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=clean
    )
    assert done.stdout.split()[-1] == "1"


@pytest.mark.skipif(not has_arenas(), reason="glibc alone has arenas")
def test_threads_share_one_heap():
    """With one for each, what one thread freed is lost for the others."""
    script = """
import ctypes, sys, threading
sys.argv = ["avatar-app", "--version"]
from avatar_app.cli.main import main
main()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
met = threading.Barrier(6)
def allocate():
    met.wait()
    for _ in range(1000):
        libc.malloc(500)
threads = [threading.Thread(target=allocate) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""
    clean = {key: value for key, value in os.environ.items() if key != "MALLOC_ARENA_MAX"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=clean
    )
    assert done.stdout.count("<heap nr=") == 1


def test_only_the_second_ctrl_c_breaks_off():
    with Interrupt() as interrupt:
        assert not interrupt.requested()
        signal.raise_signal(signal.SIGINT)
        assert interrupt.requested()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
