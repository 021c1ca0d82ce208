"""What scripts may rely on, whatever the command."""

import subprocess
import sys

import pytest
import typer

import avatar_app
from avatar_app.cli import border
from avatar_app.cli.commands import app
from avatar_app.errors import MediaError

COMMANDS = (
    *("run", "animate", "calibrate", "record", "demo", "devices", "doctor", "bench", "evaluate"),
    "credentials",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(cli, command):
    ended = cli(command, "--help")
    assert ended.code == 0
    assert f"Usage: avatar-app {command}" in ended.out


def test_a_wrong_call_leads_to_the_help_of_its_own_command(cli):
    assert cli("animate", "face.png", "clip.mp4").refusal.endswith("See avatar-app animate --help.")
    assert "'animate'? See avatar-app --help." in cli("anmate").refusal


def test_help_names_every_command(cli):
    ended = cli("--help")
    assert ended.code == 0
    assert all(command in ended.out for command in COMMANDS)


def test_help_loads_nothing_heavy():
    heavy = ["cv2", "numpy", "mediapipe", "av", "PyQt6", "onnxruntime", "pydantic"]
    code = (
        "import sys; from avatar_app.cli import border; from avatar_app.cli.commands import app;"
        f"border.run(app, ['--help']); print(sorted(set({heavy}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_it_tells_its_version(program):
    ended = program("--version")
    assert (ended.code, ended.out.strip(), ended.err) == (0, avatar_app.__version__, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["animate"],
        ["animate", "a", "b"],
        ["animate", "a", "b", "-o", "c.mp4", "--motion", "sideways"],
        ["animate", "a", "b", "-o", "c.mp4", "--strength", "9"],
        ["animate", "a", "b", "-o", "c.mp4", "--neutral", "worst"],
        ["animate", "a", "b", "-o", "c.mp4", "--size", "12"],
        ["animate", "a", "b", "-o", "c.mp4", "--size", "0x0"],
        ["run", "--headless", "--seconds", "soon"],
        ["run", "--headless", "--fps", "1000"],
        ["run", "--headless", "--size", "1281x720"],
        ["run", "--seconds", "3"],
        ["--nonsense"],
    ],
)
def test_a_wrong_option_is_one_sentence(cli, arguments):
    assert cli(*arguments).refusal


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["animate", "a", "b", "-o", "c.mp4", "--strength", "many"], "a number is needed"),
        (["animate", "a", "b", "-o", "c.mp4", "--strength", "9"], "it should be at most 2"),
        (["run", "--headless", "--fps", "fast"], "a whole number is needed"),
        (["run", "--headless", "--fps", "1000"], "it should be at most 60"),
    ],
)
def test_a_wrong_number_is_refused_in_plain_words(cli, arguments, said):
    assert said in cli(*arguments).refusal


def _failing(error: BaseException) -> typer.Typer:
    failing = typer.Typer()

    @failing.command()
    def fail() -> None:
        raise error

    return failing


def test_an_error_of_the_program_tells_what_and_what_next(capsys):
    assert border.run(_failing(MediaError("It is broken.", "Mend it.")), []) == 2
    assert capsys.readouterr().err == "avatar-app: It is broken. Mend it.\n"


def test_an_error_of_the_system_names_the_file(capsys):
    assert border.run(_failing(PermissionError(13, "Permission denied", "/x/y.mp4")), []) == 2
    assert capsys.readouterr().err == "avatar-app: /x/y.mp4: Permission denied.\n"


def test_a_fault_leaves_its_traceback_in_the_log_only(capsys, home):
    assert border.run(_failing(RuntimeError("two\nlines")), []) == 1
    said = capsys.readouterr().err
    assert "two lines" in said
    assert len(said.splitlines()) == 1
    (log,) = home.rglob("avatar_app.log")
    assert str(log) in said
    assert "RuntimeError" in log.read_text(encoding="utf-8")


def test_codes_for_terminals_are_not_passed_on(capsys):
    assert border.run(_failing(MediaError("It answers \x1b[31mred\x07.", "Ask again.")), []) == 2
    assert capsys.readouterr().err == "avatar-app: It answers [31mred . Ask again.\n"


def test_ctrl_c_is_130(capsys):
    assert border.run(_failing(KeyboardInterrupt()), []) == 130
    assert capsys.readouterr().err == ""


def test_a_broken_settings_file_is_named(cli, home):
    file = home / "config" / "avatar_app" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[output]\nfps = 1000\n", encoding="utf-8")
    assert str(file) in cli("run", "--headless").refusal


def test_the_command_line_stays_in_step_with_commands():
    names = {command.callback.__name__ for command in app.registered_commands}
    assert names == set(COMMANDS)


@pytest.mark.parametrize("group", [[], ["avatars"], ["models"]])
def test_the_list_of_commands_is_not_cut_off(cli, group):
    listed = cli(*group, "--help").out.partition("Commands:")[2]
    assert listed.count("\n") > 5
    assert "..." not in listed
