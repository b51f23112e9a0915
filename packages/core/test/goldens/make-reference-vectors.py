"""Writes reference-vectors.json: what Pillow and ONNX Runtime make of two sample pictures.

Run: python3 make-reference-vectors.py MODELS   (made with Pillow 12.3.0, numpy 2.4.6, onnxruntime 1.30.0)
MODELS holds vit-tiny-patch16-224 and mobilenetv2-features: model.onnx, preprocessor_config.json.
"""
import base64
import hashlib
import json
import pathlib
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

SAMPLES = pathlib.Path(__file__).parents[4] / "apps/server/samples"
MODELS = {"vit-tiny-patch16-224": ("pixel_values", "cls"), "mobilenetv2-features": ("input", "embedding")}
PICTURES = ["houses-1.jpg", "mountains-2.jpg"]


def pixel_values(path, config):
    """By hand what a Hugging Face image processor does with these two configurations."""
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    edge, crop = config["size"]["shortest_edge"], config["crop_size"]["height"]
    long = int(edge * max(image.size) / min(image.size))
    image = image.resize((edge, long) if image.width <= image.height else (long, edge), config["resample"])
    left, top = (image.width - crop) // 2, (image.height - crop) // 2
    x = np.asarray(image.crop((left, top, left + crop, top + crop)))
    x = (x.astype(np.float64) * config["rescale_factor"]).astype(np.float32)
    mean, std = (np.array(config[name], dtype=np.float32) for name in ("image_mean", "image_std"))
    return ((x - mean) / std).transpose(2, 0, 1)[None]


def vector(session, model, path, config):
    input, output = MODELS[model]
    (found,) = session.run([output], {input: np.ascontiguousarray(pixel_values(path, config))})
    unit = found[0].astype(np.float64)
    return (unit / np.linalg.norm(unit)).astype(np.float32)


cases = []
for model, (input, output) in MODELS.items():
    folder = pathlib.Path(sys.argv[1]) / model
    config = json.loads((folder / "preprocessor_config.json").read_text())
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    vectors = {
        name: base64.b64encode(vector(session, model, SAMPLES / name, config).tobytes()).decode() for name in PICTURES
    }
    sha256 = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    cases.append({"model": model, "sha256": sha256, "input": input, "output": output, "vectors": vectors})
out = pathlib.Path(__file__).with_name("reference-vectors.json")
out.write_text(json.dumps(cases, indent=2) + "\n")
