"""Near-duplicates of evaluation pictures are found among the crops, and not trained on."""

from pathlib import Path

import numpy as np
from PIL import Image

from .crops import Crop
from .encoders import shortest_edge
from .label import ask
from .pictures import SUFFIXES
from .store import Store
from .teachers import ViTTiny
from .views import upright_rgb

SAME = 0.9
"""Cosine of two embeddings of the teacher from which on two pictures may be one. Rather too many than too few:
re-encoded, resized and cropped copies of a picture lie above it, and so do a few strangers."""
BATCH = 8


def pictures_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def embeddings_of(paths: list[Path], teacher: ViTTiny, device: str) -> np.ndarray:
    vectors = []
    for start in range(0, len(paths), BATCH):
        images = [upright_rgb(Image.open(path)) for path in paths[start : start + BATCH]]
        pixels = np.stack([shortest_edge(image, 208, 192) for image in images])
        vectors.append(ask(teacher, pixels, device)[0].astype(np.float32))
    return np.concatenate(vectors)


def find_near_duplicates(store: Store, evaluation: np.ndarray) -> dict[int, tuple[float, int]]:
    """Row of a crop → its highest cosine to an evaluation picture, and which that is."""
    rows = store.labelled()
    centre = store.cls[rows[:5000]].astype(np.float32).mean(0)
    theirs = _unit(evaluation - centre)
    found = {}
    for start in range(0, len(rows), 4096):
        some = rows[start : start + 4096]
        cosines = _unit(store.cls[some].astype(np.float32) - centre) @ theirs.T
        for index in np.flatnonzero(cosines.max(1) >= SAME):
            nearest = int(cosines[index].argmax())
            found[int(some[index])] = (float(cosines[index, nearest]), nearest)
    return found


def find_held_out(store: Store, crops: list[Crop]) -> dict[int, tuple[float, int]]:
    """Row of a crop → its highest cosine to a held-out picture of another source, and the row of that. Within a source
    a picture is held out by the hash of its file."""
    held = np.array([row for row in store.labelled() if crops[row].held_out], np.int64)
    if len(held) == 0:
        return {}
    found = find_near_duplicates(store, store.cls[held].astype(np.float32))
    return {
        row: (cosine, int(held[nearest]))
        for row, (cosine, nearest) in found.items()
        if not crops[row].held_out and crops[row].repository != crops[held[nearest]].repository
    }


def write_excluded(found: dict[int, tuple[float, str]], crops: list[Crop], path: Path) -> None:
    """`found`: row of a crop → cosine, and the name of the picture that it looks like."""
    lines = ["row\trepository\tpath\tcosine\tevaluation picture"]
    for row, (cosine, name) in sorted(found.items()):
        lines.append(f"{row}\t{crops[row].repository}\t{crops[row].path}\t{cosine:.3f}\t{name}")
    path.write_text("\n".join(lines) + "\n", errors="surrogateescape")


def read_excluded(path: Path) -> set[int]:
    if not path.exists():
        return set()
    lines = path.read_text(errors="surrogateescape").strip().split("\n")[1:]
    return {int(line.split("\t")[0]) for line in lines}


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
