"""The encoders that are compared: each turns upright RGB pictures into vectors, by its own recipe."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

Encoder = Callable[[list[Image.Image]], np.ndarray]
BATCH = 16


def shortest_edge(image: Image.Image, edge: int, crop: int) -> np.ndarray:
    """Resize to a shortest edge, then the middle square, as the product does (bicubic)."""
    width, height = image.size
    scale = edge / min(width, height)
    size = (edge, max(edge, int(height * scale))) if width <= height else (max(edge, int(width * scale)), edge)
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = (image.width - crop) // 2, (image.height - crop) // 2
    return np.asarray(image.crop((left, top, left + crop, top + crop)))


def session(path: Path, threads: int = 0) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def onnx_encoder(
    path: Path, edge: int, crop: int, prepare: Callable[[np.ndarray], np.ndarray], output: str
) -> Encoder:
    net = session(path)
    name = net.get_inputs()[0].name

    def encode(images: list[Image.Image]) -> np.ndarray:
        vectors = []
        for start in range(0, len(images), BATCH):
            pixels = np.stack([shortest_edge(image, edge, crop) for image in images[start : start + BATCH]])
            vectors.append(net.run([output], {name: prepare(pixels)})[0])
        return np.concatenate(vectors)

    return encode


def pixvec(path: Path, edge: int, crop: int) -> Encoder:
    return onnx_encoder(path, edge, crop, lambda pixels: pixels, "embedding")


def vit_tiny(path: Path) -> Encoder:
    def prepare(pixels: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray((pixels.astype(np.float32) / 127.5 - 1).transpose(0, 3, 1, 2))

    return onnx_encoder(path, 248, 224, prepare, "cls")


def mobilenet_v2(path: Path) -> Encoder:
    mean, std = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)

    def prepare(pixels: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(((pixels.astype(np.float32) / 255 - mean) / std).transpose(0, 3, 1, 2))

    return onnx_encoder(path, 256, 224, prepare, "embedding")


def colour_histogram(images: list[Image.Image]) -> np.ndarray:
    """4 × 4 × 4 colours, square roots of their shares, and an 8 × 8 grey thumbnail: 128 numbers."""
    vectors = []
    for image in images:
        small = np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR)) // 64
        codes = (small[..., 0] * 16 + small[..., 1] * 4 + small[..., 2]).ravel()
        histogram = np.sqrt(np.bincount(codes, minlength=64) / codes.size)
        grey = np.asarray(image.convert("L").resize((8, 8), Image.Resampling.BILINEAR), np.float32).ravel()
        grey = grey - grey.mean()
        vectors.append(np.concatenate([histogram, 0.5 * grey / (np.linalg.norm(grey) + 1e-6)]))
    return np.array(vectors, np.float32)
