"""Writes decode.json: small pictures of our own making in many formats, and Pillow's pixels of them.

Run: python3 make-decode-goldens.py   (made with Pillow 12.3.0, libjpeg-turbo 3.1.4.1, libwebp 1.6.0)
"""
import base64
import io
import json
import pathlib
import struct

from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

W, H = 19, 13
RGB = Image.new("RGB", (W, H))
RGB.putdata([(x * 13, y * 19, (x * y * 5 + x * 40) % 256) for y in range(H) for x in range(W)])
ALPHA = Image.new("L", (W, H))
ALPHA.putdata([(x * 29 + y * 7) % 256 if x > 3 else 0 for y in range(H) for x in range(W)])
RGBA = RGB.copy()
RGBA.putalpha(ALPHA)
GREY = RGB.convert("L")
LA = GREY.copy()
LA.putalpha(ALPHA)


def palette(colours):
    return RGB.quantize(colours, dither=Image.Dither.NONE)


def cmyk():
    picture = Image.new("CMYK", (W, H))
    picture.putdata([(x * 13, y * 19, (x * 31 + y) % 256, (x * y) % 200) for y in range(H) for x in range(W)])
    return picture


def offset_gif(is_transparent):
    """A frame of 7 × 5 at (4, 3) on a screen of 19 × 13: the rest is not covered."""
    frame = palette(8).crop((0, 0, 7, 5))
    out = io.BytesIO()
    frame.save(out, "GIF", **({"transparency": 2} if is_transparent else {}))
    data = bytearray(out.getvalue())
    data[6:10] = struct.pack("<HH", W, H)
    at = data.index(b"\x2c" + struct.pack("<HHHH", 0, 0, 7, 5), 13)
    data[at + 1 : at + 5] = struct.pack("<HH", 4, 3)
    return bytes(data)


def saved(picture, format, **options):
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def with_xmp(orientation):
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", f'<x:xmpmeta tiff:Orientation="{orientation}"/>')
    return saved(RGB.crop((0, 0, 5, 3)), "PNG", pnginfo=info)


def with_exif(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(RGB, "JPEG", quality=90, exif=exif)


files = {
    "JPEG baseline 4:4:4": saved(RGB, "JPEG", quality=90, subsampling="4:4:4"),
    "JPEG baseline 4:2:2": saved(RGB, "JPEG", quality=90, subsampling="4:2:2"),
    "JPEG baseline 4:2:0": saved(RGB, "JPEG", quality=60, subsampling="4:2:0"),
    "JPEG progressive 4:4:4": saved(RGB, "JPEG", quality=90, subsampling="4:4:4", progressive=True),
    "JPEG progressive 4:2:2": saved(RGB, "JPEG", quality=75, subsampling="4:2:2", progressive=True),
    "JPEG progressive 4:2:0": saved(RGB, "JPEG", quality=75, subsampling="4:2:0", progressive=True),
    "JPEG grey": saved(GREY, "JPEG", quality=85),
    "JPEG of stored RGB": saved(RGB, "JPEG", quality=85, keep_rgb=True),
    "JPEG CMYK": saved(cmyk(), "JPEG", quality=90),
    "JPEG turned by EXIF": with_exif(6),
    "PNG RGB": saved(RGB, "PNG"),
    "PNG RGB with one transparent colour": saved(RGB, "PNG", transparency=(13, 19, 45)),
    "PNG RGBA": saved(RGBA, "PNG"),
    "PNG grey of 8 bits": saved(GREY, "PNG"),
    "PNG grey of 1 bit": saved(GREY.convert("1"), "PNG"),
    "PNG grey with alpha": saved(LA, "PNG"),
    "PNG grey with one transparent value": saved(GREY, "PNG", transparency=0),
    "PNG palette of 2": saved(palette(2), "PNG", bits=1),
    "PNG palette of 4": saved(palette(4), "PNG", bits=2),
    "PNG palette of 16": saved(palette(16), "PNG", bits=4),
    "PNG palette of 200": saved(palette(200), "PNG"),
    "PNG palette with transparency": saved(palette(16), "PNG", transparency=bytes(range(0, 256, 16))),
    "WebP lossy": saved(RGB, "WEBP", quality=70),
    "WebP lossless": saved(RGB, "WEBP", lossless=True),
    "WebP lossy with alpha": saved(RGBA, "WEBP", quality=70),
    "WebP lossless with alpha": saved(RGBA, "WEBP", lossless=True, exact=True),
    "GIF": saved(palette(64), "GIF"),
    "GIF interlaced": saved(palette(64), "GIF", interlace=1),
    "GIF with a transparent colour": saved(palette(16), "GIF", transparency=3),
    "GIF whose frame is smaller than its screen": offset_gif(False),
    "GIF whose frame is smaller, transparent": offset_gif(True),
    "TIFF RGB": saved(RGB, "TIFF", compression="tiff_lzw"),
    "TIFF RGBA": saved(RGBA, "TIFF"),
    "TIFF CMYK": saved(cmyk(), "TIFF", compression="tiff_lzw"),
    "TIFF grey": saved(GREY, "TIFF"),
    **{f"PNG turned by XMP, orientation {n}": with_xmp(n) for n in range(1, 9)},
}


def pixels(file):
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    rgba = picture.convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    flat = Image.alpha_composite(white, rgba).convert("RGB")
    encode = lambda image: base64.b64encode(image.tobytes()).decode()
    return {"size": picture.size, "dropped": encode(picture.convert("RGB")), "onWhite": encode(flat)}


cases = [{"name": name, "file": base64.b64encode(file).decode(), **pixels(file)} for name, file in files.items()]
out = pathlib.Path(__file__).with_name("decode.json")
out.write_text("[\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n]\n")
