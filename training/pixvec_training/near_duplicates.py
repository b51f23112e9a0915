"""The changes under which a picture must be found again."""

import io
from collections.abc import Callable

from PIL import Image, ImageEnhance


def _jpeg(quality: int) -> Callable[[Image.Image], Image.Image]:
    def change(image: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")

    return change


def _resized(factor: float) -> Callable[[Image.Image], Image.Image]:
    def change(image: Image.Image) -> Image.Image:
        size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        return image.resize(size, Image.Resampling.BILINEAR)

    return change


def _cropped(image: Image.Image) -> Image.Image:
    x, y = image.width // 10, image.height // 10
    return image.crop((x, y, image.width - x // 2, image.height - y // 2))


def _rotated(image: Image.Image) -> Image.Image:
    return image.rotate(5, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG at quality 30": _jpeg(30),
    "half the size": _resized(0.5),
    "15 % cropped off": _cropped,
    "brighter by 30 %": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "less contrast, more colour": lambda image: ImageEnhance.Color(ImageEnhance.Contrast(image).enhance(0.7)).enhance(1.4),
    "turned by 5°": _rotated,
    "grey": lambda image: image.convert("L").convert("RGB"),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}
