"""The quality table: encoders side by side on pictures that none of them was trained on."""

import io
import json
import time
from pathlib import Path

import numpy as np
from PIL import Image

from .crops import read_crops
from .encoders import Encoder, colour_histogram, mobilenet_v2, pixvec, session, vit_tiny
from .views import upright_rgb
from .metrics import effective_rank, found_again, retrieval, unit
from .near_duplicates import CHANGES
from .pictures import BlobReader, Source, clone_of

NEAR_DUPLICATES = 500


def encoders_of(models: Path, built_in: dict[str, Path]) -> dict[str, tuple[Encoder, int | None]]:
    """Name → (encoder, how many numbers of its vectors). `built_in`: name → folder with model.onnx and pixvec.json."""
    table: dict[str, tuple[Encoder, int | None]] = {"colour histogram": (colour_histogram, None)}
    for name, folder in built_in.items():
        recipe = json.loads((folder / "pixvec.json").read_text())["recipe"]
        encode = pixvec(folder / "model.onnx", recipe["resize"]["size"], recipe["centreCrop"])
        table[f"{name}, 512"] = (encode, 512)
        table[f"{name}, 1024"] = (encode, 1024)
    if (models / "mobilenetv2-features").exists():
        table["MobileNetV2"] = (mobilenet_v2(models / "mobilenetv2-features/model.onnx"), None)
        table["ViT-Ti/16"] = (vit_tiny(models / "vit-tiny-patch16-224/model.onnx"), None)
    return table


def caltech(folder: Path) -> tuple[list[Image.Image], np.ndarray, np.ndarray]:
    """Pictures, labels, and which of them are queries, of a folder with labels.tsv (path, label, split)."""
    rows = [line.split("\t") for line in (folder / "labels.tsv").read_text().strip().split("\n")][1:]
    images = [upright_rgb(Image.open(folder / row[0])) for row in rows]
    return images, np.array([row[1] for row in rows]), np.array([row[2] == "query" for row in rows])


def held_out(work: Path, sources: list[Source], clones: Path) -> tuple[list[Image.Image], np.ndarray, np.ndarray]:
    """The pictures that the training left out; every fourth of a category, by their hashes, asks, the others are the
    gallery."""
    crops = sorted((c for c in read_crops(work / "crops.tsv") if c.held_out), key=lambda c: (c.label, c.blob))
    needed = {crop.repository for crop in crops}
    readers = {s.repository: BlobReader(clone_of(s, clones)) for s in sources if s.repository in needed}
    images, labels = [], []
    for crop in crops:
        try:
            images.append(upright_rgb(Image.open(io.BytesIO(readers[crop.repository].read(crop.blob)))))
            labels.append(crop.label)
        except OSError:
            continue
    places: dict[str, int] = {}
    asks = []
    for label in labels:
        places[label] = places.get(label, -1) + 1
        asks.append(places[label] % 4 == 0)
    return images, np.array(labels), np.array(asks)


def evaluate(
    models: Path, built_in: dict[str, Path], sets: dict[str, tuple], near_duplicates_of: str, out: Path
) -> None:
    """All figures, by encoder and set, as they go into the model's card. What `out` has already is not measured again:
    remove the file, or an encoder from it, to measure anew."""
    figures: dict[str, dict] = json.loads(out.read_text()) if out.exists() else {}
    vectors: dict[tuple[int, str], np.ndarray] = {}
    images, _, _ = sets[near_duplicates_of]
    chosen = np.linspace(0, len(images) - 1, min(NEAR_DUPLICATES, len(images))).astype(int)
    changed = {name: [change(images[i]) for i in chosen] for name, change in CHANGES.items()}
    table = encoders_of(models, built_in)

    def encoded(encode: Encoder, name: str, pictures: list[Image.Image]) -> np.ndarray:
        key = (id(encode), name)
        if key not in vectors:
            vectors[key] = encode(pictures)
        return vectors[key]

    for name, (encode, dimension) in table.items():
        if name in figures:
            continue
        measured: dict[str, dict | float] = {}
        for set_name, (pictures, labels, is_query) in sets.items():
            measured[set_name] = retrieval(encoded(encode, set_name, pictures)[:, :dimension], labels, is_query)
        base = encoded(encode, near_duplicates_of, images)[:, :dimension]
        again = {
            change: found_again(base[chosen], encoded(encode, change, pictures)[:, :dimension])
            for change, pictures in changed.items()
        }
        measured["near-duplicates"] = {**again, "mean": round(float(np.mean(list(again.values()))), 1)}
        measured["effective rank"] = effective_rank(unit(base))
        print(name, json.dumps(measured), flush=True)
        figures[name] = measured
        out.write_text(json.dumps({key: figures[key] for key in table if key in figures}, indent=2) + "\n")


def milliseconds(models: dict[Path, dict[str, np.ndarray]], runs: int = 40) -> list[float]:
    """Model file → what it gets. The median time of each on one thread; they take turns, so that a machine that grows slow
    is slow for all."""
    nets = [(session(path, threads=1), feed) for path, feed in models.items()]
    times: list[list[float]] = [[] for _ in nets]
    for _ in range(runs):
        for (net, feed), taken in zip(nets, times, strict=True):
            start = time.perf_counter()
            net.run(None, feed)
            taken.append(time.perf_counter() - start)
    return [round(1000 * float(np.median(taken)), 2) for taken in times]
