"""The session that takes over when its engine has been built."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from avatar_app.config import Precision, Runtime
from avatar_app.errors import EngineError
from avatar_app.runtimes.engine_build import BuildJob, BuildState, EngineBuild
from avatar_app.runtimes.engine_cache import EngineCache, EngineKey, file_sha256
from avatar_app.runtimes.nvidia import read_driver, tensorrt_version
from avatar_app.runtimes.onnx_session import OnnxSession, open_session
from avatar_app.runtimes.providers import KINDS, engine_options
from avatar_app.translatable import translatable

Wrong = Callable[[OnnxSession, Precision], str]
"""What is wrong with a session's results, "" when nothing is."""


class EngineSuccessor:
    """Opens the first of ``ways`` (runtime, precision, network) that works, built before where its
    engine is not in ``root`` yet; ``faults`` says why the ones before it do not.

    ``open`` belongs to one thread, the rest to any."""

    def __init__(
        self,
        ways: Sequence[tuple[Runtime, Precision, Path]],
        root: Path,
        threads: int,
        wrong: Wrong,
    ) -> None:
        self._ways = ways
        self._cache = EngineCache(root)
        self._threads = threads
        self._wrong = wrong
        self.faults: list[str] = []
        self._build: EngineBuild | None = None
        self._stopped = False
        self._lock = threading.Lock()

    @property
    def title(self) -> str:
        return KINDS[self._ways[0][0]].title

    @property
    def state(self) -> str:
        """What goes on, in words."""
        build = self._build
        if build is None or build.state in {BuildState.DONE, BuildState.FAILED}:
            return translatable(f"{self.title} is being opened")
        seconds = round(build.elapsed_s)
        if build.state is BuildState.STARTING:
            return translatable(f"{self.title} is about to be built: {seconds} s")
        if build.state is BuildState.WAITING:
            return translatable(f"{self.title} is waiting for another build: {seconds} s")
        return translatable(f"{self.title} is being built: {seconds} s")

    @property
    def builder_pid(self) -> int | None:
        """The builder's process, while there is one."""
        return self._build.pid if self._build else None

    def open(self) -> OnnxSession:
        """The session, after minutes where it has to be built. Raises EngineError."""
        for way in self._ways:
            try:
                return self._open(*way)
            except EngineError as error:
                self.faults.append(error.message)
                if self._stopped:
                    break
        raise EngineError(self.faults[-1], "It is tried again at the next start.")

    def stop(self) -> None:
        """Give up; ``open`` returns soon."""
        with self._lock:
            self._stopped = True
            if self._build:
                self._build.stop()

    def _open(self, runtime: Runtime, precision: Precision, model: Path) -> OnnxSession:
        key = engine_key(model, runtime, precision)
        kept = self._cache.has(key)
        if not kept:
            part = self._cache.new_part(key)
            root = self._cache.root
            self._built(BuildJob(model, runtime, precision, self._threads, key, root, part))
        options = engine_options(runtime, self._cache.entry(key), precision)
        try:
            session = open_session(model, runtime, threads=self._threads, options=options)
        except EngineError:
            if kept:  # Damaged, it may be: the next start builds it anew.
                self._cache.drop(key)
            raise
        if wrong := self._wrong(session, precision):
            session.close()
            raise EngineError(f"It was built with {precision.upper()}, but {wrong}")
        return session

    def _built(self, job: BuildJob) -> None:
        with self._lock:
            if self._stopped:
                raise EngineError("It was stopped.")
            self._build = build = EngineBuild(job)
        try:
            build.wait()
        finally:
            self._build = None


def engine_key(model: Path, runtime: Runtime, precision: Precision) -> EngineKey:
    """What this network's engine depends on, on this machine. Raises EngineError."""
    try:
        digest = file_sha256(model)
    except OSError as error:
        raise EngineError(f"{model} cannot be read: {error.strerror}.") from error
    import onnxruntime

    driver = read_driver()
    gpu = driver.gpus[0] if driver and driver.gpus else None
    return EngineKey(
        model=str(model.resolve()),
        model_sha256=digest,
        gpu=f"{gpu.name} {gpu.capability}" if gpu else "",
        versions=(f"onnxruntime {onnxruntime.__version__}", f"tensorrt {tensorrt_version()}"),
        runtime=runtime.value,
        precision=precision.value,
    )
