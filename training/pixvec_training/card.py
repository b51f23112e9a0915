"""The model's card: a text with the figures of a run put in where it names them."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import torch

from .crops import Crop, read_crops
from .evaluate import milliseconds
from .exclude import read_excluded
from .pictures import Source
from .store import open_store


def write_card(
    work: Path, run: str, model: Path, models: Path, sources: list[Source], template: Path, out: Path
) -> None:
    """Fills `{{name}}` of the template, and keeps the plans of the run as `history.json`, which `restore` wants.
    `model`: the exported file; `models`: the teachers' folder."""
    manifest = json.loads((model.parent / "pixvec.json").read_text())
    crops = read_crops(work / "crops.tsv")
    store = open_store(work, len(crops))
    broken = set(np.flatnonzero(store.seen == 2).tolist())
    banned = read_excluded(work / "excluded.tsv")
    used = [crop for row, crop in enumerate(crops) if row not in broken and row not in banned and not crop.held_out]
    history = torch.load(work / f"{run}.pt", map_location="cpu", weights_only=False)["history"]
    stages = history[0]
    (work / "history.json").write_text(json.dumps(history, indent=2) + "\n")
    figures = json.loads((work / "figures.json").read_text())
    size = manifest["input"]["height"]
    alone, teacher = milliseconds({
        model: {"image": np.zeros((1, size, size, 3), np.uint8)},
        models / "vit-tiny-patch16-224/model.onnx": {"pixel_values": np.zeros((1, 3, 224, 224), np.float32)},
    })
    sha256 = hashlib.sha256(model.read_bytes()).hexdigest()
    values = {
        "id": manifest["id"],
        "sha256": sha256,
        "revision": sha256[:12],
        "bytes": f"{model.stat().st_size:,}",
        "parameters": f"{_parameters(model) / 1e6:.2f}",
        "size": str(size),
        "edge": str(manifest["recipe"]["resize"]["size"]),
        "milliseconds": f"{alone:.1f}",
        "speed_ratio": f"{teacher / alone:.1f}",
        "quality": _quality(figures),
        "near_duplicates": _near_duplicates(figures),
        "data": _data(sources, used),
        "excluded": str(len(banned)),
        "crops": f"{len(used):,}",
        "pictures": f"{len({crop.blob for crop in used}):,}",
        "hours": f"{sum(part['seconds'] for part in history) / 3600:.1f}",
        "samples": f"{sum(part['samples'] for part in history):,}",
        "phases": "; then ".join(_phases(part) for part in history),
        "stage_samples": f"{stages['samples']:,}",
        "stage_side": str(stages["side"]),
        "unexplained": ", ".join(f"{part:.0%}" for part in stages["unexplained"][:-1])
        + f" of the six, {stages['unexplained'][-1]:.0%} of the features",
    }
    text = template.read_text()
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    assert "{{" not in text, "the template names a figure that no run gives"
    out.write_text(text)


def _parameters(model: Path) -> int:
    return sum(int(np.prod(tensor.dims)) for tensor in onnx.load(str(model)).graph.initializer)


def _phases(part: dict) -> str:
    if part.get("stages"):
        return f"{part['samples']:,} samples in {part['seconds'] / 60:.0f} minutes (stages)"
    if "steps" in part:
        sides = ", ".join(f"{steps:,} steps at {side} px" for side, steps in part["steps"].items())
    else:
        sides = ", ".join(f"{share:.0%} at {side} px" if share < 1 else f"{side} px" for side, share in part["phases"])
    return f"{part['samples']:,} samples in {part['seconds'] / 60:.0f} minutes ({sides})"


def _quality(figures: dict) -> str:
    sets = [name for name in next(iter(figures.values())) if isinstance(_of(figures, name).get("P@1"), float)]
    columns = ["P@1", "P@5", "mAP@20", "5-NN"]
    lines = ["| | " + " | ".join(f"{name}: {' / '.join(columns)}" for name in sets) + " | effective rank |"]
    lines.append("|---" * (len(sets) + 2) + "|")
    for encoder, values in figures.items():
        cells = [" / ".join(f"{values[name][column]:.1f}" for column in columns) for name in sets]
        lines.append(f"| {encoder} | " + " | ".join(cells) + f" | {values['effective rank']:.0f} |")
    return "\n".join(lines)


def _of(figures: dict, name: str) -> dict:
    value = next(iter(figures.values()))[name]
    return value if isinstance(value, dict) else {}


def _near_duplicates(figures: dict) -> str:
    encoders = list(figures)
    lines = ["| | " + " | ".join(encoders) + " |", "|---" * (len(encoders) + 1) + "|"]
    for change in figures[encoders[0]]["near-duplicates"]:
        cells = [f"{figures[encoder]['near-duplicates'][change]:.1f}" for encoder in encoders]
        lines.append(f"| {change} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _data(sources: list[Source], used: list[Crop]) -> str:
    crops = Counter(crop.repository for crop in used)
    pictures = Counter(repository for repository, _ in {(crop.repository, crop.blob) for crop in used})
    lines = ["| Repository | What | Pictures | Crops | Stated licence |", "|---|---|---|---|---|"]
    for source in sorted(sources, key=lambda source: -crops[source.repository]):
        name = f"{source.repository} @{source.commit}"
        counts = f"{pictures[source.repository]:,} | {crops[source.repository]:,}"
        lines.append(f"| {name} | {source.what} | {counts} | {source.licence} |")
    return "\n".join(lines)
