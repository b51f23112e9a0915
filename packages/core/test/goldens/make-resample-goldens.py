"""Writes resample.json: what Pillow's Image.resize makes of small noisy pictures.

Run: python3 make-resample-goldens.py   (made with Pillow 12.3.0; any Pillow since 4.0 gives the same)
"""
import base64
import json
import pathlib

from PIL import Image

FILTERS = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR, "lanczos": Image.LANCZOS, "box": Image.BOX, "hamming": Image.HAMMING, "nearest": Image.NEAREST}
SIZES = [(20, 13, 44, 29), (1, 1, 12, 12), (3, 40, 9, 120), (31, 33, 12, 13), (64, 48, 7, 5), (17, 5, 17, 9), (90, 2, 20, 3)]


def noise(width, height):
    """The picture that the test draws as well: full contrast, so that rounding and clipping show."""
    state, pixels = 12345, bytearray()
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) % 2**32
        value = state >> 24
        pixels.append(0 if value < 64 else 255 if value > 192 else value)
    return Image.frombytes("RGB", (width, height), bytes(pixels))


cases = [
    {
        "from": [w, h],
        "to": [W, H],
        "filter": name,
        "pixels": base64.b64encode(noise(w, h).resize((W, H), filter).tobytes()).decode(),
    }
    for w, h, W, H in SIZES
    for name, filter in FILTERS.items()
]
out = pathlib.Path(__file__).with_name("resample.json")
out.write_text("[\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n]\n")
