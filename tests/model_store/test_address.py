"""Only https leaves this machine."""

import pytest

from avatar_app.model_store.address import is_loopback, refusal


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a",
        "https://example.com:8443/a?b=c",
        "http://127.0.0.1:80/a",
        "http://localhost/a",
        "http://[::1]:8000/a",
    ],
)
def test_these_may_be_used(address):
    assert refusal(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/a",
        "http://127.0.0.1.example.com/a",
        "http://localhost.example.com/a",
        "http://127.0.0.1@example.com/a",
        "http://10.0.0.1/a",
        "ftp://example.com/a",
        "file:///a",
        "https:///a",
        "https://example.com:port/a",
        "http://[::1",
        "a",
        "",
    ],
)
def test_these_may_not(address):
    assert refusal(address)


def test_what_began_with_https_never_goes_on_without():
    assert refusal("http://127.0.0.1/a", came_from="https://example.com/a")
    assert not refusal("https://example.com/b", came_from="https://example.com/a")
    assert not refusal("https://example.com/b", came_from="http://127.0.0.1/a")


def test_loopback_is_told_by_number_not_by_looks():
    assert is_loopback("http://127.9.9.9/")
    assert not is_loopback("http://127.0.0.1.example.com/")
