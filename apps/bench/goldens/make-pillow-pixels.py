"""Writes what Pillow makes of the pictures of the benchmark: *.png and index.json, beside this script.

Run: npx pnpm bench pictures FOLDER && python3 make-pillow-pixels.py FOLDER   (made with Pillow 12.3.0)
FOLDER then holds the JPEG files and recipes.json: name of the PNG → {picture, recipe}.
"""
import hashlib
import json
import math
import pathlib
import sys

import PIL
from PIL import Image, ImageOps

FILTERS = {
    "bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR, "lanczos": Image.LANCZOS,
    "nearest": Image.NEAREST, "box": Image.BOX, "hamming": Image.HAMMING,
}
ROUND = {"truncate": int, "round": round, "ceil": math.ceil}


def resized(image, recipe):
    resize = recipe["resize"]
    filter = FILTERS[resize["filter"]]
    if resize["mode"] == "squash":
        image = image.resize((resize["width"], resize["height"]), filter)
    elif resize["mode"] == "pad":
        return ImageOps.pad(image, (resize["width"], resize["height"]), filter, color=resize["colour"])
    else:
        size = resize["size"]
        long = ROUND[resize.get("rounding", "truncate")](size * max(image.size) / min(image.size))
        image = image.resize((size, long) if image.width <= image.height else (long, size), filter)
    crop = recipe.get("centreCrop")
    if crop is None:
        return image
    width, height = (crop, crop) if isinstance(crop, int) else (crop["width"], crop["height"])
    left, top = (image.width - width) / 2, (image.height - height) / 2
    offset = math.floor if recipe.get("offsetRounding", "floor") == "floor" else round
    left, top = offset(left), offset(top)
    return image.crop((left, top, left + width, top + height))


here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1])
pictures = {}
for old in here.glob("*.png"):
    old.unlink()
for name, task in json.loads((folder / "recipes.json").read_text()).items():
    jpeg = (folder / task["picture"]).read_bytes()
    resized(Image.open(folder / task["picture"]).convert("RGB"), task["recipe"]).save(here / name, optimize=True)
    pictures[name] = hashlib.sha256(jpeg).hexdigest()
index = {"pillow": PIL.__version__, "pictures": pictures}
(here / "index.json").write_text(json.dumps(index, indent=2) + "\n")
