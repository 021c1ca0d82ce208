"""Building an engine in a process of its own, so that a crash there harms nothing here."""

import contextlib
import multiprocessing
import os
import shutil
import sys
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np

from avatar_app.config import Precision, Runtime
from avatar_app.errors import AvatarError, EngineError
from avatar_app.runtimes.engine_cache import EngineCache, EngineKey
from avatar_app.runtimes.folder_lock import folder_lock
from avatar_app.runtimes.onnx_session import open_session
from avatar_app.runtimes.providers import engine_options

LONGEST_BUILD_S = 3600.0
_NICENESS = 10


class BuildState(StrEnum):
    """What a build is at."""

    STARTING = "about to be built"
    WAITING = "waiting for another build"
    BUILDING = "being built"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BuildJob:
    """One network for one runtime. ``part`` is the folder in which its engine is made."""

    model: Path
    runtime: Runtime
    precision: Precision
    threads: int
    key: EngineKey
    root: Path
    part: Path


class EngineBuild:
    """A running build. ``wait`` belongs to one thread, the rest to any.

    The process is started by multiprocessing's "spawn": that passes on no locks or GPU contexts of
    this process, and a frozen program can do it, as long as its entry point calls
    multiprocessing.freeze_support()."""

    def __init__(self, job: BuildJob, longest_s: float = LONGEST_BUILD_S) -> None:
        self._job = job
        self._started = time.monotonic()
        self._longest_s = longest_s
        self.state = BuildState.STARTING
        self._fault = ""
        context = multiprocessing.get_context("spawn")
        self._reports, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=build_engine, args=(job, theirs), name="engine builder", daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def wait(self) -> None:
        """Until the build has ended, and no trace of it is left but a whole engine. Raises
        EngineError when there is none."""
        try:
            self._follow()
        finally:
            self.stop()
            self._process.join()
            self._reports.close()
            shutil.rmtree(self._job.part, ignore_errors=True)
        if self.state is not BuildState.DONE:
            raise EngineError(self._fault, "It is tried again at the next start.")

    def stop(self) -> None:
        """End the process at once; ``wait`` returns soon after."""
        with contextlib.suppress(ValueError):  # Closed: it has ended already.
            self._process.kill()

    def _follow(self) -> None:
        while self.state not in {BuildState.DONE, BuildState.FAILED}:
            left = self._longest_s - self.elapsed_s
            if left <= 0 or not wait([self._reports, self._process.sentinel], left):
                self._fail(f"It took longer than {self._longest_s / 60:.0f} minutes.")
            elif self._reports.poll():
                self._take_report()
            else:
                self._fail_by_exit()

    def _take_report(self) -> None:
        try:
            word, fault = self._reports.recv()
            self.state, self._fault = BuildState(word), fault
        except (EOFError, OSError):
            self._fail_by_exit()

    def _fail_by_exit(self) -> None:
        self._process.join()
        code = self._process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        self._fail(f"The builder {how}.")

    def _fail(self, fault: str) -> None:
        self.state, self._fault = BuildState.FAILED, fault


def build_engine(job: BuildJob, reports: Connection) -> None:
    """The builder's whole life: runs in the process of its own."""
    _keep_to_ourselves()
    try:
        reports.send((BuildState.WAITING, ""))
        with folder_lock(job.root):
            cache = EngineCache(job.root)
            cache.drop_stale(job.key)
            if not cache.has(job.key):
                reports.send((BuildState.BUILDING, ""))
                job.part.mkdir(parents=True)
                _compile(job)
                cache.keep(job.key, job.part)
        reports.send((BuildState.DONE, ""))
    except AvatarError as error:
        reports.send((BuildState.FAILED, error.message))
    except OSError as error:
        reports.send((BuildState.FAILED, f"{error.strerror}: {error.filename}."))


def _compile(job: BuildJob) -> None:
    """Opening compiles; one run shows that what was compiled works."""
    session = open_session(
        job.model,
        job.runtime,
        threads=job.threads,
        options=engine_options(job.runtime, job.part, job.precision),
    )
    numbers = np.random.default_rng(0)
    session.run(
        {spec.name: numbers.random(spec.shape).astype(spec.dtype) for spec in session.inputs}
    )
    session.close()


def _keep_to_ourselves() -> None:
    """Compilers print, and use every core: neither shall be noticed. Ends with its parent."""
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(silence, stream.fileno())
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
