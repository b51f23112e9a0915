"""Writes pillow-pixels.tsv: for each picture of a folder that Pillow reads, a hash of its pixels.

Run: python3 make-pillow-pixels.py FOLDER [PIXELS]   (made with Pillow 12.3.0 and its own codecs)
FOLDER holds MANIFEST.tsv, whose first column is paths. With PIXELS, the raw RGB is left there as
well, for measure-pillow-pixels.mjs.
"""
import hashlib
import pathlib
import sys
import warnings

from PIL import Image, ImageOps

FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WebP", "GIF": "GIF", "TIFF": "TIFF", "AVIF": "AVIF"}
JPEG_SAMPLING = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0"}


def kind(picture):
    """What of the format the picture uses: columns `kind` of the table in the README."""
    if picture.format in ("JPEG", "MPO"):
        sampling = JPEG_SAMPLING.get(tuple(picture.layer[0][1:3]), "other") if picture.mode == "RGB" else ""
        ink = {2: "YCCK"}.get(picture.info.get("adobe_transform"), "CMYK") if picture.mode == "CMYK" else picture.mode
        scan = "progressive" if picture.info.get("progressive") else "baseline"
        return " ".join(filter(None, [scan, ink, sampling]))
    if picture.format == "PNG":
        return picture.tile[0][3] if isinstance(picture.tile[0][3], str) else picture.tile[0][3][0]
    if picture.format == "TIFF":
        bits = picture.tag_v2.get(258) or (1,)
        return f"{picture.mode}, {bits[0]} bits"
    return picture.mode


def main(folder, pixels):
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = 40_000_000
    rows = []
    for line in (folder / "MANIFEST.tsv").read_text().splitlines()[1:]:
        path = line.split("\t")[0]
        try:
            picture = Image.open(folder / path)
            if picture.format not in FORMATS:
                continue
            name = f"{FORMATS[picture.format]}\t{kind(picture)}"
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            rgb = upright.convert("RGB").tobytes()
        except Exception:
            continue
        if pixels:
            (pixels / path.replace("/", "~")).write_bytes(rgb)
        rows.append(f"{path}\t{name}\t{upright.width}\t{upright.height}\t{hashlib.sha256(rgb).hexdigest()[:16]}")
    header = "path\tformat\tkind\twidth\theight\tsha256_16"
    pathlib.Path(__file__).with_name("pillow-pixels.tsv").write_text("\n".join([header, *rows]) + "\n")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None)
