"""The states of a session and what is reported."""

import pytest

from avatar_app.errors import EngineError
from avatar_app.live.machine import SessionMachine, problem_of
from avatar_app.live.status import Problem, SessionState

S = SessionState


@pytest.mark.parametrize(
    "way",
    [
        [S.OPENING, S.RUNNING, S.PAUSED, S.RUNNING, S.CLOSING, S.CLOSED],
        [S.OPENING, S.CLOSING, S.CLOSED],
        [S.OPENING, S.FAILED, S.OPENING, S.RUNNING, S.FAILED, S.CLOSING, S.CLOSED],
    ],
)
def test_the_drawn_ways_are_open(way: list[SessionState]) -> None:
    seen: list[SessionState] = []
    machine = SessionMachine(lambda: seen.append(machine.state))
    assert all(machine.go(state) for state in way)
    assert seen == way


@pytest.mark.parametrize("state", [S.RUNNING, S.PAUSED, S.CLOSING, S.FAILED, S.CLOSED])
def test_other_ways_are_not(state: SessionState) -> None:
    machine = SessionMachine(lambda: pytest.fail("nothing changed"))
    assert not machine.go(state)
    assert machine.state is S.CLOSED


def test_a_change_may_demand_where_it_comes_from() -> None:
    machine = SessionMachine(lambda: None)
    machine.go(S.OPENING)
    assert not machine.go(S.CLOSING, only_from=S.RUNNING)
    assert machine.go(S.CLOSING, only_from=S.OPENING)


def test_a_problem_is_told_once_and_taken_back_once() -> None:
    told: list[tuple[Problem, ...]] = []
    machine = SessionMachine(lambda: told.append(machine.problems))
    problem = Problem("engine", "It failed.")
    for _ in range(3):
        machine.report(problem)
    for _ in range(3):
        machine.clear("engine", "tracker")
    assert told == [(problem,), ()]


def test_an_error_keeps_its_words() -> None:
    assert problem_of("engine", EngineError("No.", "Try.")) == Problem("engine", "No.", "Try.")
    assert "KeyError" in problem_of("avatar", KeyError("x")).message
