"""How well an engine repeats real clips: measures, and the self-reenactment they are taken on."""

from avatar_app.evaluate.reenactment import evaluate_clip

__all__ = ["evaluate_clip"]
