"""The device that the tests of this folder need."""

import platform

import pytest

from avatar_app.outputs import v4l2_loopback


@pytest.fixture(scope="session")
def node() -> v4l2_loopback.LoopbackNode:
    """The virtual camera; without one its tests are skipped."""
    nodes = v4l2_loopback.loopback_nodes() if platform.system() == "Linux" else []
    if not nodes:
        pytest.skip("no v4l2loopback device; see tests/hardware/README.md")
    return nodes[0]
