"""The first run needs no manual: few clicks from the command to a moving avatar."""

from first_run import first_run


def test_a_newcomer_needs_at_most_five_clicks() -> None:
    run = first_run(outputs=("memory:",))
    assert 1 <= len(run.clicked) <= 5
    assert run.clicked[0] == "Start"
