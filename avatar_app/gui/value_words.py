"""What the values of a setting are called, the same in cards and in the settings form."""

from enum import StrEnum

from avatar_app.config import Background, Fit, Motion, Mouth, Paste, Precision, Runtime
from avatar_app.translatable import translatable

_WORDS: dict[tuple[type[StrEnum], StrEnum], str] = {
    (type(value), value): words
    for value, words in (
        (Background.ORIGINAL, translatable("As the portrait is")),
        (Background.BLURRED, translatable("Blurred")),
        (Background.COLOUR, translatable("One colour")),
        (Background.PICTURE, translatable("A picture")),
        (Background.TRANSPARENT, translatable("Transparent")),
        (Fit.CONTAIN, translatable("The whole portrait")),
        (Fit.COVER, translatable("The whole picture filled")),
        (Motion.RELATIVE, translatable("Relative to your neutral pose")),
        (Motion.ABSOLUTE, translatable("Your pose as it is")),
        (Mouth.DRIVER, translatable("Your own")),
        (Mouth.PAINTED, translatable("Painted")),
        (Paste.PORTRAIT, translatable("Whole portrait")),
        (Paste.SQUARE, translatable("The network's square")),
        (Precision.AUTO, translatable("Automatic")),
        (Precision.FP32, "FP32"),
        (Precision.FP16, "FP16"),
        (Runtime.AUTO, translatable("Automatic")),
        (Runtime.TENSORRT, "TensorRT"),
        (Runtime.CUDA, "CUDA"),
        (Runtime.DIRECTML, "DirectML"),
        (Runtime.COREML, "Core ML"),
        (Runtime.OPENVINO, "OpenVINO"),
        (Runtime.CPU, "CPU"),
    )
}


def value_words(value: StrEnum) -> str:
    """What a value is called in the window."""
    return _WORDS[type(value), value]
