"""Builds in a process of their own. What is built is a session on the CPU: the process is real."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tiny_networks as tiny

from avatar_app.config import Precision, Runtime
from avatar_app.errors import EngineError
from avatar_app.runtimes.engine_build import BuildJob, BuildState, EngineBuild
from avatar_app.runtimes.engine_cache import EngineCache
from avatar_app.runtimes.engine_successor import engine_key


def _job(model: Path, root: Path) -> BuildJob:
    key = engine_key(model, Runtime.CPU, Precision.FP32)
    return BuildJob(
        model, Runtime.CPU, Precision.FP32, 1, key, root, EngineCache(root).new_part(key)
    )


@contextmanager
def _ending(build: EngineBuild) -> Iterator[list[str]]:
    """The build is waited for in a thread; what it raised is in the list after the block."""
    faults: list[str] = []

    def wait() -> None:
        try:
            build.wait()
        except EngineError as error:
            faults.append(error.message)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield faults
    except BaseException:
        build.stop()
        raise
    finally:
        thread.join(30)
    assert not thread.is_alive()


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_build_leaves_a_whole_engine_and_no_process(tmp_path: Path) -> None:
    job = _job(tiny.waves(tmp_path / "waves.onnx"), tmp_path / "cache")
    build = EngineBuild(job)
    build.wait()
    assert build.state is BuildState.DONE
    assert EngineCache(job.root).has(job.key)
    assert {path.name for path in job.root.iterdir()} == {job.key.name, "lock"}
    assert build.pid and not _alive(build.pid)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_a_builder_that_crashes_is_told_and_leaves_nothing(tmp_path: Path, how: int) -> None:
    job = _job(tiny.endless(tmp_path / "endless.onnx"), tmp_path / "cache")
    build = EngineBuild(job)
    with _ending(build) as faults:
        _until(lambda: build.state is BuildState.BUILDING)
        assert job.part.is_dir()
        os.kill(build.pid or 0, how)
    assert faults == [f"The builder was ended by signal {how}."]
    assert [path.name for path in job.root.iterdir()] == ["lock"]
    EngineBuild(_job(tiny.waves(tmp_path / "waves.onnx"), job.root)).wait()


def test_a_build_that_hangs_is_ended(tmp_path: Path) -> None:
    job = _job(tiny.endless(tmp_path / "endless.onnx"), tmp_path / "cache")
    build = EngineBuild(job, longest_s=3)
    with pytest.raises(EngineError, match="longer than"):
        build.wait()
    assert build.pid and not _alive(build.pid)
    assert not job.part.exists()


def test_a_network_that_cannot_be_opened_is_told_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.onnx"
    page.write_bytes(b"<html>" * 100)
    job = _job(page, tmp_path / "cache")
    with pytest.raises(EngineError, match=r"CPU cannot open page\.onnx"):
        EngineBuild(job).wait()
    assert [path.name for path in job.root.iterdir()] == ["lock"]


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("A file stands where the folder should be.")
    job = _job(tiny.waves(tmp_path / "waves.onnx"), tmp_path / "cache")
    with pytest.raises(EngineError, match="cache"):
        EngineBuild(job).wait()


def test_builds_wait_for_each_other(tmp_path: Path) -> None:
    first = EngineBuild(_job(tiny.endless(tmp_path / "endless.onnx"), tmp_path / "cache"))
    with _ending(first) as faults:
        _until(lambda: first.state is BuildState.BUILDING)
        second = EngineBuild(_job(tiny.waves(tmp_path / "waves.onnx"), tmp_path / "cache"))
        with _ending(second) as faults_of_second:
            _until(lambda: second.state is BuildState.WAITING)
            first.stop()
    assert len(faults) == 1
    assert faults_of_second == []


def test_two_builds_of_one_engine_make_it_once(tmp_path: Path) -> None:
    model, root = tiny.waves(tmp_path / "waves.onnx"), tmp_path / "cache"
    EngineBuild(_job(model, root)).wait()
    job = _job(model, root)
    made = (EngineCache(root).entry(job.key) / "key.toml").stat().st_mtime_ns
    EngineBuild(job).wait()
    assert (EngineCache(root).entry(job.key) / "key.toml").stat().st_mtime_ns == made


def test_the_builder_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    EngineBuild(_job(tiny.waves(tmp_path / "waves.onnx"), tmp_path / "cache")).wait()
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="Looks into /proc.")
def test_the_builder_ends_with_a_program_that_was_killed(tmp_path: Path) -> None:
    tiny.endless(tmp_path / "endless.onnx")
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent(f"""
        import sys, time
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        if __name__ == "__main__":
            from test_engine_build import _job
            from avatar_app.runtimes.engine_build import EngineBuild
            folder = Path({str(tmp_path)!r})
            build = EngineBuild(_job(folder / "endless.onnx", folder / "cache"))
            print(build.pid, flush=True)
            time.sleep(60)
        """)
    )
    running = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
    assert running.stdout
    builder = int(running.stdout.readline())
    _until(lambda: any((tmp_path / "cache").glob("*.part")))
    assert _alive(builder)
    running.kill()
    running.wait()
    running.stdout.close()
    _until(lambda: not _alive(builder))
