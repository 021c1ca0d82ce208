"""A packaged program never advises what only a checkout has."""

import sys

import pytest

from avatar_app import packaged
from avatar_app.cli import measure_start
from avatar_app.config import Runtime
from avatar_app.doctor import packages
from avatar_app.runtimes.probe import Build, mend_build
from avatar_app.runtimes.wheels import pip, replace_wheels


@pytest.fixture(params=["Linux", "Windows"])
def bundle(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(packaged.platform, "system", lambda: request.param)


def all_hints(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hint that would name a tool, with nothing installed."""
    monkeypatch.setattr(packages, "_version", lambda name: None)
    monkeypatch.setattr(packages.wheels, "onnxruntime_wheels", lambda: ("onnxruntime", "other"))
    checks = [*packages.packages(), *packages.shared_folders()]
    build = Build(frozenset(), 0, ("onnxruntime",))
    return [
        *(check.hint for check in checks),
        *(mend_build(word, build) for word in (Runtime.CUDA, Runtime.OPENVINO)),
        pip("install x"),
        replace_wheels(("a",), "b"),
        packaged.system_libraries_hint(),
    ]


def test_a_packaged_program_names_neither_make_nor_pip(
    bundle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = all_hints(monkeypatch)
    assert all(hints)
    assert not [hint for hint in hints if "pip " in hint or "make " in hint]


def test_a_checkout_names_the_commands_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    hints = all_hints(monkeypatch)
    assert sum("-m pip install" in hint for hint in hints) >= 4
    assert "make system" in hints


def test_a_packaged_program_measures_its_own_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure_start._program()[1:] == ["-m", "avatar_app.cli.main"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert measure_start._program() == [sys.executable]


def test_converting_is_for_the_program_from_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    from avatar_app.cli import models_convert
    from avatar_app.errors import MachineError

    monkeypatch.setattr(models_convert, "_NEEDED", ("no_such_package",))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(MachineError) as refused:
        models_convert.check_converter()
    assert "sources" in refused.value.hint
