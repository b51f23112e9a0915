"""Writes recipes.json: model inputs that Pillow and numpy make of one small picture.

Run: python3 make-recipe-goldens.py   (made with Pillow 12.3.0 and numpy 2.4.6)
Arithmetic of the numbers: `rescale` and `normalize` of Hugging Face transformers' image_transforms.py.
"""
import base64
import json
import math
import pathlib

import numpy as np
from PIL import Image, ImageOps

FILTERS = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR, "lanczos": Image.LANCZOS, "nearest": Image.NEAREST}
ROUND = {"truncate": int, "round": round, "ceil": math.ceil}
IMAGENET = {"scale": 1 / 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def picture(width, height):
    """The picture that the test draws as well."""
    return Image.frombytes("RGB", (width, height), bytes((i * i * 7 + i * 31) % 251 for i in range(width * height * 3)))


def shortest_edge(image, size, filter, rounding="truncate"):
    short = min(image.size)
    long = ROUND[rounding](size * max(image.size) / short)
    return image.resize((size, long) if image.width <= image.height else (long, size), FILTERS[filter])


def centre_crop(image, width, height, rounding="floor"):
    left, top = ((whole - part) / 2 for whole, part in ((image.width, width), (image.height, height)))
    left, top = (math.floor(left), math.floor(top)) if rounding == "floor" else (round(left), round(top))
    return image.crop((left, top, left + width, top + height))


def resized(image, recipe):
    resize = recipe["resize"]
    if resize["mode"] == "squash":
        image = image.resize((resize["width"], resize["height"]), FILTERS[resize["filter"]])
    elif resize["mode"] == "pad":
        return ImageOps.pad(
            image, (resize["width"], resize["height"]), FILTERS[resize["filter"]], color=resize["colour"]
        )
    else:
        image = shortest_edge(image, resize["size"], resize["filter"], resize.get("rounding", "truncate"))
    crop = recipe.get("centreCrop")
    if crop is None:
        return image
    width, height = (crop, crop) if isinstance(crop, int) else (crop["width"], crop["height"])
    return centre_crop(image, width, height, recipe.get("offsetRounding", "floor"))


def tensor(image, input, normalize):
    x = np.asarray(image)
    if normalize:
        x = (x.astype(np.float64) * normalize["scale"]).astype(np.float32)
        mean, std = (np.array(normalize[name], dtype=np.float32) for name in ("mean", "std"))
        x = (x - mean) / std
    if input["channels"] == "BGR":
        x = x[:, :, ::-1]
    if input["layout"] == "NCHW":
        x = x.transpose(2, 0, 1)
    return np.ascontiguousarray(x)


def case(name, size, layout, type, channels, **recipe):
    image = resized(picture(*size), recipe)
    input = {"name": "image", "layout": layout, "type": type, "channels": channels}
    input |= {"width": image.width, "height": image.height}
    numbers = tensor(image, input, recipe.get("normalize"))
    assert numbers.dtype == (np.float32 if type == "float32" else np.uint8)
    recipe = {"exifOrientation": True, "alpha": "drop", **recipe}
    encoded = base64.b64encode(numbers.tobytes()).decode()
    return {"name": name, "from": size, "input": input, "recipe": recipe, "tensor": encoded}


def by_edge(size, filter, **more):
    return {"mode": "shortest-edge", "size": size, "filter": filter, **more}


squash = {"mode": "squash", "width": 13, "height": 8, "filter": "lanczos"}
pad = {"mode": "pad", "width": 12, "height": 12, "filter": "bicubic", "colour": "#0a6496"}
half = {"scale": 1 / 255, "mean": [0.5] * 3, "std": [0.5] * 3}
cases = [
    case("ImageNet numbers, channel first", (31, 20), "NCHW", "float32", "RGB", resize=by_edge(12, "bicubic"), centreCrop=9, normalize=IMAGENET),
    case("ImageNet numbers, channel last", (20, 31), "NHWC", "float32", "RGB", resize=by_edge(12, "bilinear"), centreCrop=10, normalize=IMAGENET),
    case("blue first", (20, 31), "NCHW", "float32", "BGR", resize=by_edge(9, "bicubic"), centreCrop=9, normalize={"scale": 1, "mean": [103.939, 116.779, 123.68], "std": [1, 1, 1]}),
    case("bytes, blue first", (20, 31), "NHWC", "uint8", "BGR", resize=by_edge(9, "bicubic"), centreCrop=9),
    case("bytes, channel first", (20, 31), "NCHW", "uint8", "RGB", resize=by_edge(9, "bicubic"), centreCrop=9),
    case("squashed", (31, 20), "NCHW", "float32", "RGB", resize=squash, normalize=half),
    case("squashed, then cut", (31, 20), "NHWC", "uint8", "RGB", resize=squash, centreCrop={"width": 6, "height": 5}),
    case("squashed by nearest", (31, 20), "NHWC", "uint8", "RGB", resize=squash | {"filter": "nearest"}),
    case("a wide picture padded", (31, 9), "NHWC", "uint8", "RGB", resize=pad),
    case("a tall picture padded", (7, 33), "NCHW", "float32", "RGB", resize=pad, normalize=half),
    case("a strip padded", (60, 5), "NHWC", "uint8", "RGB", resize=pad),
    case("long edge rounded", (29, 20), "NHWC", "uint8", "RGB", resize=by_edge(9, "bicubic", rounding="round"), centreCrop=9),
    case("long edge rounded up", (31, 21), "NHWC", "uint8", "RGB", resize=by_edge(9, "bicubic", rounding="ceil"), centreCrop=9),
    case("offset of the crop rounded", (31, 20), "NHWC", "uint8", "RGB", resize=by_edge(12, "bicubic"), centreCrop=9, offsetRounding="round"),
]
out = pathlib.Path(__file__).with_name("recipes.json")
out.write_text("[\n" + ",\n".join("  " + json.dumps(each) for each in cases) + "\n]\n")
