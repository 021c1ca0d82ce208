"""What `avatar-app bench` measures runs, on a few frames."""

from avatar_app.cli.measure_frame import measure_frame
from avatar_app.config import AppConfig


def test_a_frame_of_the_bundled_portrait_is_timed_stage_by_stage() -> None:
    cost = measure_frame(2, AppConfig.model_validate({}))
    assert set(cost.stages_ms) == {"track", "render", "compose"}
    assert 0 < cost.face_mesh_ms < cost.live_frame_ms
