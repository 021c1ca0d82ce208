"""What the user has drawn over the avatar; the deliverer looks before each picture leaves."""

from dataclasses import dataclass


@dataclass(slots=True)
class Curtain:
    """Any thread sets, any thread reads; each switch holds from the next picture to leave on,
    whatever the engine is busy with. ``placeholder`` goes before ``frozen``, and that before
    ``pass_through``."""

    placeholder: bool = False
    frozen: bool = False
    pass_through: bool = False

    def panic(self) -> None:
        """The card, and no camera picture behind it. Once more changes nothing."""
        self.placeholder = True
        self.pass_through = False
