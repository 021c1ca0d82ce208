"""The program in a process of its own: what Ctrl-C, pipes and a missing screen do to it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from avatar_app.cli.interrupt import Interrupt

PROGRAM = [sys.executable, "-m", "avatar_app.cli.main"]
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


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


def test_only_the_second_ctrl_c_breaks_off():
    with Interrupt() as interrupt:
        assert not interrupt.requested()
        signal.raise_signal(signal.SIGINT)
        assert interrupt.requested()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
