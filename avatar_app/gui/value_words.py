"""What the values of a setting are called, the same in cards and in the settings form."""

from enum import StrEnum

from avatar_app.config import Background, Fit, Motion, Mouth, Paste, Precision, Runtime

_WORDS: dict[tuple[type[StrEnum], StrEnum], str] = {
    (type(value), value): words
    for value, words in (
        (Background.ORIGINAL, "As the portrait is"),
        (Background.BLURRED, "Blurred"),
        (Background.COLOUR, "One colour"),
        (Background.PICTURE, "A picture"),
        (Background.TRANSPARENT, "Transparent"),
        (Fit.CONTAIN, "The whole portrait"),
        (Fit.COVER, "The whole picture filled"),
        (Motion.RELATIVE, "Relative to your neutral pose"),
        (Motion.ABSOLUTE, "Your pose as it is"),
        (Mouth.DRIVER, "Your own"),
        (Mouth.PAINTED, "Painted"),
        (Paste.PORTRAIT, "Whole portrait"),
        (Paste.SQUARE, "The network's square"),
        (Precision.AUTO, "Automatic"),
        (Precision.FP32, "FP32"),
        (Precision.FP16, "FP16"),
        (Runtime.AUTO, "Automatic"),
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
