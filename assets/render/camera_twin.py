"""The program as it is on a machine with a virtual camera, on a machine without one."""

from collections.abc import Callable

from avatar_app.card import CardDrawer
from avatar_app.config import AppConfig
from avatar_app.gui.core import Program
from avatar_app.languages.system import spoken
from avatar_app.live.words import RIGHT_BACK
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.memory import MemorySink
from avatar_app.outputs.standby import Standby, StandbyState
from avatar_app.types import RgbImage


class ProgramWithCamera(Program):
    """Its virtual camera opens always, and nobody sees what it gets."""

    def build_standby(
        self,
        now: Callable[[], AppConfig],
        word: str,  # noqa: ARG002 - any camera is this one
        on_change: Callable[[StandbyState], None],
    ) -> Standby:
        def draw_card(spec: StreamSpec) -> RgbImage:
            return CardDrawer(spec.width, spec.height, spoken(now().language)).draw(*RIGHT_BACK)

        return Standby(_CameraSink(), StreamSpec.of(now().output), draw_card, on_change)


class _CameraSink(MemorySink):
    @property
    def title(self) -> str:
        return "Avatar Camera"
