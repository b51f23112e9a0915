"""Writes scaled.json: what Pillow makes of small JPEGs with Image.draft, and of these with Image.resize.

Run: python3 make-scaled-goldens.py   (made with Pillow 12.3.0, libjpeg-turbo 3.1.4.1)
As Image.thumbnail does it: draft, then resize of the box that the whole picture was.
"""
import base64
import io
import json
import pathlib

from PIL import Image, ImageOps


def picture(width, height, mode):
    """Soft colours with grain, so that every coefficient of the blocks counts."""
    state, pixels = 12345, bytearray()
    for y in range(height):
        for x in range(width):
            state = (state * 1664525 + 1013904223) % 2**32
            grain = (state >> 24) // 5
            pixels += bytes((x * 255 // width * 3 // 4 + grain, y * 255 // height * 3 // 4 + grain, (x * y) % 200 + grain))
    return Image.frombytes("RGB", (width, height), bytes(pixels)).convert(mode)


def jpeg(width, height, mode="RGB", orientation=None, **options):
    exif = Image.Exif()
    if orientation:
        exif[274] = orientation
    out = io.BytesIO()
    picture(width, height, mode).save(out, "JPEG", quality=80, exif=exif, **options)
    return out.getvalue()


def turned(box, size, orientation):
    """The box of a picture that is turned upright. Each step on the corners, by hand."""
    (x0, y0, x1, y1), (width, height) = box, size
    if orientation in (5, 6, 7, 8):
        # Columns become rows.
        x0, y0, x1, y1, width, height = y0, x0, y1, x1, height, width
    if orientation in (2, 3, 6, 7):
        x0, x1 = width - x1, width - x0
    if orientation in (3, 4, 7, 8):
        y0, y1 = height - y1, height - y0
    return x0, y0, x1, y1


def case(name, file, edge):
    image = Image.open(io.BytesIO(file))
    orientation = image.getexif().get(274, 1)
    width, height = image.size
    short = min(width, height)
    stored = edge * width // short, edge * height // short
    _, box = image.draft(None, stored)
    scale = image.decoderconfig[0]
    upright = ImageOps.exif_transpose(image).convert("RGB")
    whole = (stored[1], stored[0]) if orientation >= 5 else stored
    resized = upright.resize(whole, Image.BICUBIC, turned(box, image.size, orientation))
    encode = lambda data: base64.b64encode(data).decode()
    return {
        "name": name,
        "file": encode(file),
        "edge": edge,
        "scale": scale,
        "size": upright.size,
        "pixels": encode(upright.tobytes()),
        "resized": encode(resized.tobytes()),
    }


SAMPLINGS = {"4:4:4": 0, "4:2:2": 1, "4:2:0": 2}
cases = [
    *(case(f"{name}, a {edge}th", jpeg(67, 45, subsampling=number), 45 // edge) for name, number in SAMPLINGS.items() for edge in (2, 4, 8)),
    case("progressive, 4:2:0", jpeg(67, 45, progressive=True), 5),
    case("progressive, 4:2:2", jpeg(61, 91, progressive=True, subsampling=1), 11),
    case("with restart markers", jpeg(67, 45, restart_marker_blocks=2), 11),
    case("grey", jpeg(50, 77, "L"), 6),
    case("CMYK", jpeg(50, 41, "CMYK"), 10),
    case("edges that the scale divides", jpeg(64, 48), 6),
    case("one pixel more", jpeg(65, 49), 6),
    case("nothing to scale", jpeg(40, 30), 16),
    *(case(f"EXIF orientation {n}", jpeg(61, 43, orientation=n), 7) for n in range(1, 9)),
]
out = pathlib.Path(__file__).with_name("scaled.json")
out.write_text("[\n" + ",\n".join("  " + json.dumps(each) for each in cases) + "\n]\n")
