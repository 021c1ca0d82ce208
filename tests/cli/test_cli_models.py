"""`avatar-app models`: what a user sees of the store."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from file_server import Exchange, FileServer, gives, sends, serving
from stored_model import PARTS, write_model

from avatar_app import paths
from avatar_app.errors import ModelError
from avatar_app.model_store.card import ModelCard
from avatar_app.model_store.installed import find_model, installed_names, verify

CHECKPOINT = b"weights" * 1000
COMMANDS = ("list", "fetch", "import", "verify", "remove", "bench")
LICENCE = "No licence statement found for the weights."


@pytest.fixture
def root(home: Path) -> Path:
    return paths.models_dir()


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving() as server:
        yield server


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Writes the manifest that the commands read."""
    file = tmp_path / "manifest.toml"
    monkeypatch.setattr(paths, "manifest_file", lambda: file)

    def write(kind: str = "checkpoint", **files: dict[str, Any]) -> None:
        model = {
            "name": "tiny",
            "title": "Tiny",
            "family": "fomm",
            "kind": kind,
            "licence": LICENCE,
            "how_to_obtain": "Ask its authors.",
            "files": [{"name": name.replace("__", ".")} | file for name, file in files.items()],
        }
        file.write_text(tomli_w.dumps({"format": 1, "models": [model]}), encoding="utf-8")

    digest = hashlib.md5(CHECKPOINT).hexdigest()
    write(tiny__pth__tar={"about": len(CHECKPOINT), "md5": digest})
    return write


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    file = tmp_path / "Some File (1).pth.tar"
    file.write_bytes(CHECKPOINT)
    return file


class Converter:
    """Stands where the real one would take minutes; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.fails: BaseException | None = None

    def convert_checkpoint(self, file: Path, **asked: Any) -> ModelCard:
        self.asked = {"file": file, **asked}
        asked["progress"]("drive", 1, 3)
        card = write_model(asked["folder"], asked["name"], origin=file.name)
        if self.fails:
            raise self.fails
        return card


@pytest.fixture
def converter(monkeypatch: pytest.MonkeyPatch) -> Converter:
    converter = Converter()
    module = types.ModuleType("avatar_app.training.convert")
    module.convert_checkpoint = converter.convert_checkpoint  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return converter


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_group_explains_itself(cli, command):
    ended = cli("models", command, "--help")
    assert ended.code == 0
    assert f"Usage: avatar-app models {command}" in ended.out


def test_loading_the_commands_loads_nothing_heavy():
    heavy = ["torch", "onnx", "httpx", "avatar_app.config", "numpy"]
    code = (
        "import sys; from avatar_app.cli import border; from avatar_app.cli.commands import app;"
        f"border.run(app, ['models', '--help']); print(sorted(set({heavy}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_empty_store_shows_how_to_get_the_published_models(cli, root):
    for arguments in (["models"], ["models", "list"]):
        said = cli(*arguments)
        assert said.code == 0
        assert f"Installed in {root}: none" in said.out
        assert "avatar-app models import vox-adv-cpk.pth.tar" in said.out.replace("\n    ", " ")
        assert LICENCE in said.out
    assert not root.exists()


def test_the_list_tells_whole_models_from_damaged_ones(cli, root):
    write_model(root / "tiny")
    write_model(root / "vox-cpk", "vox-cpk")
    (root / "vox-cpk" / "vox-cpk.render.onnx").unlink()
    downloads = root / ".downloads" / "x"
    downloads.mkdir(parents=True)
    (downloads / "x.part").write_bytes(bytes(5000))
    lists = json.loads(cli("models", "list", "--json").out)
    whole, damaged = lists["installed"]
    assert (whole["name"], whole["family"], whole["origin"]) == ("tiny", "fomm", "a.pth")
    assert whole["size"] == sum(map(len, PARTS.values()))
    assert "vox-cpk.render.onnx is missing" in damaged["damaged"]
    assert [model["name"] for model in lists["known"]] == ["vox-adv-cpk"]
    assert lists["disk"]["unfinished_downloads"] == 5000
    said = cli("models", "list").out
    assert "none stated" in said
    assert "damaged" in said


def test_the_list_obeys_no_terminal_codes_of_a_card(cli, root):
    write_model(root / "tiny", origin="a\x1b[2Jb")
    assert "\x1b[2J" not in cli("models", "list").out


def test_a_command_clears_up_what_a_killed_one_left(cli, root):
    (root / ".new-tiny").mkdir(parents=True)
    cli("models", "list")
    assert not (root / ".new-tiny").exists()


def test_a_published_checkpoint_is_recognised_whatever_its_name(
    cli, root, manifest, checkpoint, converter
):
    ended = cli("models", "import", checkpoint)
    assert ended.code == 0
    assert "this is the published tiny" in ended.err
    assert ended.out == "tiny: installed, 3 parts, 9 kB\n"
    assert converter.asked["title"] == "Tiny"
    assert converter.asked["licence"] == LICENCE
    assert converter.asked["align_corners"] is True
    assert converter.asked["config"] is None
    verify(find_model("tiny", root))


def test_another_checkpoint_is_named_after_its_file(cli, root, manifest, checkpoint, converter):
    checkpoint.write_bytes(b"other")
    ended = cli("models", "import", checkpoint)
    assert "none of the published files" in ended.err
    assert installed_names(root) == ("some-file-1",)
    assert converter.asked["licence"] == "not stated"


def test_wishes_reach_the_converter(cli, root, manifest, checkpoint, converter, tmp_path):
    wishes = ["--name", "mine", "--title", "Mine", "--licence", "CC0", "--no-align-corners"]
    config = tmp_path / "a.yaml"
    assert cli("models", "import", checkpoint, *wishes, "--config", config).code == 0
    asked = converter.asked
    assert (asked["name"], asked["title"], asked["licence"]) == ("mine", "Mine", "CC0")
    assert (asked["align_corners"], asked["config"]) == (False, config)
    assert installed_names(root) == ("mine",)


def test_a_model_is_replaced_only_on_demand(cli, root, manifest, checkpoint, converter):
    write_model(root / "tiny", origin="old")
    ended = cli("models", "import", checkpoint)
    assert ended.code == 2
    assert "add --replace" in ended.err
    assert converter.asked == {}
    assert find_model("tiny", root).card.origin == "old"
    assert cli("models", "import", checkpoint, "--replace").code == 0
    assert find_model("tiny", root).card.origin == checkpoint.name


@pytest.mark.parametrize(
    "error, code", [(ModelError("It differs.", "Tell us."), 2), (KeyboardInterrupt(), 130)]
)
def test_the_old_model_survives_a_failed_or_stopped_import(
    cli, root, manifest, checkpoint, converter, error, code
):
    write_model(root / "tiny", origin="old")
    converter.fails = error
    ended = cli("models", "import", checkpoint, "--replace")
    assert ended.code == code
    assert ("no model was changed" in ended.err) == (code == 130)
    assert find_model("tiny", root).card.origin == "old"
    assert [path.name for path in root.glob(".*-*")] == []


def test_without_torch_one_command_is_named(cli, root, checkpoint, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for arguments in (["import", checkpoint], ["bench"]):
        said = cli("models", *arguments).refusal
        assert "torch must be installed" in said
        assert said.endswith('Run: pip install "avatar_app[train]"')
    assert not root.exists()


def test_without_torch_a_model_of_another_machine_can_be_had(cli, root, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    write_model(tmp_path / "sent")
    assert cli("models", "import", tmp_path / "sent").code == 0
    assert cli("models", "import", tmp_path / "sent" / "tiny.toml", "--name", "b").code == 0
    assert cli("models", "import", tmp_path / "sent", "--licence", "CC0", "--replace").code == 0
    assert installed_names(root) == ("b", "tiny")
    assert find_model("tiny", root).card.licence == "CC0"
    assert find_model("b", root).card.licence == "none stated"


def test_an_exported_model_that_is_damaged_is_refused(cli, root, tmp_path):
    write_model(tmp_path / "sent")
    (tmp_path / "sent" / "tiny.drive.onnx").write_bytes(PARTS["drive"][::-1])
    assert "tiny.drive.onnx has not the bytes" in cli("models", "import", tmp_path / "sent").refusal
    assert installed_names(root) == ()


def test_settings_of_an_exported_model_are_fixed(cli, tmp_path):
    write_model(tmp_path / "sent")
    for wish in (["--no-align-corners"], ["--config", "a.yaml"]):
        assert "settings are fixed" in cli("models", "import", tmp_path / "sent", *wish).refusal


def test_an_exported_model_takes_no_wrong_name_or_title(cli, root, tmp_path):
    write_model(tmp_path / "sent")
    assert "cannot be named" in cli("models", "import", tmp_path / "sent", "--name", "../x").refusal
    for wish in (["--title", "x" * 300], ["--licence", "x" * 3000], ["--title", "a\x1b[2Jb"]):
        assert f"The {wish[0][2:]} has" in cli("models", "import", tmp_path / "sent", *wish).refusal
    assert installed_names(root) == ()


@pytest.mark.parametrize("name", ["missing.pth.tar", "empty.pth.tar", "???.pth"])
def test_files_that_cannot_be_imported_are_one_sentence(cli, root, manifest, tmp_path, name):
    if name != "missing.pth.tar":
        (tmp_path / name).write_bytes(b"" if name.startswith("empty") else b"x")
    ended = cli("models", "import", tmp_path / name)
    assert ended.code == 2
    assert len(ended.err.splitlines()) <= 2
    assert not root.exists()


def test_a_model_is_fetched_checked_and_converted(cli, root, server, manifest, converter):
    address = server.answers(gives(CHECKPOINT))
    ended = cli("models", "fetch", "tiny", "--from", address)
    assert (ended.code, ended.out) == (0, "tiny: installed, 3 parts, 9 kB\n")
    assert converter.asked["licence"] == LICENCE
    assert not (root / ".downloads" / "tiny").exists()


def test_addresses_of_the_manifest_are_used(cli, root, server, manifest, converter):
    file = {"sha256": hashlib.sha256(CHECKPOINT).hexdigest(), "size": len(CHECKPOINT)}
    manifest(tiny__pth__tar=file | {"sources": [server.answers(gives(CHECKPOINT))]})
    assert "avatar-app models fetch tiny" in cli("models", "list").out
    assert cli("models", "fetch", "tiny").code == 0


def test_an_exported_model_is_fetched_whole(cli, root, server, manifest, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    write_model(tmp_path / "sent")
    names = ["tiny.toml", *(f"tiny.{word}.onnx" for word in PARTS)]
    data = [(tmp_path / "sent" / name).read_bytes() for name in names]
    address = server.answers(*map(gives, data))
    files = {
        name.replace(".", "__"): {
            "sha256": hashlib.sha256(content).hexdigest(),
            "sources": [address],
        }
        for name, content in zip(names, data, strict=True)
    }
    manifest("exported", **files)
    assert cli("models", "fetch", "tiny").code == 0
    verify(find_model("tiny", root))
    assert "several files" in cli("models", "fetch", "tiny", "--from", address).refusal


def test_every_source_that_failed_is_told(cli, root, server, manifest, converter):
    server.answers(sends(b"", 404), gives(CHECKPOINT[::-1]))
    sources = [server.address("/a"), server.address("/b")]
    said = cli("models", "fetch", "tiny", "--from", sources[0], "--from", sources[1]).refusal
    assert "/a: it answers 404" in said
    assert "/b: what it sent has the md5" in said
    assert converter.asked == {}


def test_a_download_outlives_a_conversion_that_failed(cli, root, server, manifest, converter):
    address = server.answers(gives(CHECKPOINT))
    converter.fails = ModelError("It differs.", "Tell us.")
    assert cli("models", "fetch", "tiny", "--from", address).refusal
    converter.fails = None
    assert cli("models", "fetch", "tiny", "--from", address).code == 0
    assert len(server.requests) == 1


def test_without_an_address_a_fetch_says_how_to_obtain_the_file(cli):
    said = cli("models", "fetch", "vox-adv-cpk").refusal
    assert "No address of vox-adv-cpk is known" in said
    assert "avatar-app models import vox-adv-cpk.pth.tar" in said


def test_a_file_whose_hash_is_unknown_is_not_fetched(cli):
    said = cli("models", "fetch", "vox-cpk", "--from", "https://127.0.0.1/x").refusal
    assert "No hash of vox-cpk is known" in said


def test_fetching_asks_nobody_when_the_model_is_there_or_torch_is_not(
    cli, root, server, manifest, monkeypatch
):
    address = server.answers(gives(CHECKPOINT))
    write_model(root / "tiny")
    assert "already" in cli("models", "fetch", "tiny", "--from", address).refusal
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "torch" in cli("models", "fetch", "tiny", "--from", address, "--replace").refusal
    assert "Known: tiny" in cli("models", "fetch", "unknown").refusal
    assert server.requests == []


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_a_download_that_stands_still_and_keeps_what_came(root, server):
    def stands_still(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Length": 234_000_000})
        exchange.wfile.write(bytes(50_000))
        exchange.wfile.flush()
        exchange.wait_for_the_end()

    address = server.answers(stands_still)
    code = (
        "import sys, importlib.util as u; real = u.find_spec;"
        "u.find_spec = lambda name, *a: sys if name in ('torch', 'onnx', 'onnxscript', 'yaml')"
        " else real(name, *a);"
        "from avatar_app.cli.main import main; raise SystemExit(main())"
    )
    command = [sys.executable, "-c", code, "models", "fetch", "vox-adv-cpk", "--from", address]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    part = root / ".downloads" / "vox-adv-cpk" / "vox-adv-cpk.pth.tar.part"
    try:
        while not part.exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err == "Stopped; the next fetch goes on with what came so far.\n"
    assert part.exists()
    assert installed_names(root) == ()


def test_verify_names_what_is_damaged(cli, root):
    assert "No model" in cli("models", "verify").out
    write_model(root / "tiny")
    write_model(root / "other", "other")
    assert cli("models", "verify").out == "other: whole\ntiny: whole\n"
    (root / "tiny" / "tiny.drive.onnx").write_bytes(PARTS["drive"][::-1])
    ended = cli("models", "verify")
    assert ended.out == "other: whole\n"
    assert "tiny.drive.onnx has not the bytes" in ended.refusal
    assert cli("models", "verify", "other").code == 0
    (root / "other" / "other.toml").unlink()
    assert cli("models", "verify").code == 2
    assert "installed: other, tiny" in cli("models", "verify", "third").refusal


def test_remove_asks_unless_told_not_to(cli, root, monkeypatch):
    write_model(root / "tiny")
    for said, left in ((b"n\n", ("tiny",)), (b"", ("tiny",)), (b"y\n", ())):
        done = subprocess.run(
            [sys.executable, "-m", "avatar_app.cli.main", "models", "remove", "tiny"],
            input=said,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert b"Delete tiny (" in done.stderr
        assert b"Traceback" not in done.stderr
        assert done.returncode == (2 if left else 0)
        assert installed_names(root) == left
    write_model(root / "tiny")
    assert cli("models", "remove", "tiny", "--yes").out == "tiny is deleted.\n"
    assert cli("models", "remove", "tiny", "--yes").refusal


def test_bench_prints_its_rows(cli, monkeypatch, tmp_path):
    asked: list[object] = []
    rows = [types.SimpleNamespace(name="torch", ms=700.0, ratio=1.0)]
    rows.append(types.SimpleNamespace(name="ONNX Runtime", ms=350.0, ratio=0.5))
    module = types.ModuleType("avatar_app.training.speed")
    module.compare_speed = lambda *what: asked.extend(what) or rows  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    ended = cli("models", "bench", tmp_path / "a.pth", "--frames", "3", "--threads", "2")
    assert ended.code == 0
    assert asked == [tmp_path / "a.pth", None, 3, 2]
    assert [line.split() for line in ended.out.splitlines()][1:] == [
        ["torch", "700.0", "1.00"],
        ["ONNX", "Runtime", "350.0", "0.50"],
    ]


def test_a_real_checkpoint_becomes_a_model_and_a_wrong_one_nothing(cli, root):
    data = Path(__file__).parent.parent / "data" / "fomm"
    file, config = data / "checkpoint_variant.pth.tar", data / "config_variant.yaml"
    ended = cli("models", "import", file, "--config", config, "--name", "variant")
    assert ended.code == 0, ended.err
    model = find_model("variant", root)
    verify(model)
    assert model.card.origin == file.name
    assert all(model.has(word) for word in ("source", "drive", "render"))
    ended = cli("models", "import", file, "--name", "variant", "--replace")
    assert ended.code == 2
    assert "does not fit the configuration" in ended.err
    verify(find_model("variant", root))
    assert installed_names(root) == ("variant",)
