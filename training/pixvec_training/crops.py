"""Which crops are labelled: a table, made once from the sources and a seed, that a run can be repeated from."""

import csv
import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from .pictures import Source, clone_of, list_pictures

HELD_OUT_PART = 25
"""One picture of 25 of a labelled source is kept out of the training, by its hash."""


@dataclass(frozen=True)
class Crop:
    """A square of a picture: side as a part of the shorter edge, corner as a part of the free way (0..1)."""

    repository: str
    path: str
    blob: str
    side: float
    x: float
    y: float
    teacher: int
    label: str
    held_out: bool


FIELDS = list(Crop.__dataclass_fields__)


def choose_crops(sources: list[Source], clones: Path, seed: int) -> list[Crop]:
    """The held-out crops, then all others in a mixed order: any beginning of the table has what must be known to leave
    likenesses of held-out pictures out, and is else a fair sample."""
    crops: list[Crop] = []
    for source in sources:
        rng = random.Random(f"{seed} {source.repository}")
        pictures = list_pictures(source, clone_of(source, clones))
        rng.shuffle(pictures)
        for path, blob in pictures[: max(1, source.crops // source.per_picture)]:
            label = label_of(source, path)
            held_out = label != "" and is_held_out(blob)
            for view in range(1 if held_out else source.per_picture):
                side = rng.uniform(0.9, 1.0) if view == 0 else rng.uniform(0.45, 0.9)
                box = (1.0, 0.5, 0.5) if held_out else (side, rng.random(), rng.random())
                box = tuple(round(value, 4) for value in box)
                crops.append(Crop(source.repository, path, blob, *box, source.teacher, label, held_out))
    random.Random(f"{seed} order").shuffle(crops)
    return sorted(crops, key=lambda crop: not crop.held_out)


def label_of(source: Source, path: str) -> str:
    parts = path.split("/")
    if source.label == "folder":
        return f"{source.repository}/{parts[-2]}"
    if source.label == "prefix":
        return f"{source.repository}/{parts[-1].split('_')[0]}"
    return ""


def is_held_out(blob: str) -> bool:
    return int(hashlib.sha256(blob.encode()).hexdigest(), 16) % HELD_OUT_PART == 0


def write_crops(crops: list[Crop], path: Path) -> None:
    with path.open("w", newline="", errors="surrogateescape") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(FIELDS)
        table.writerows([getattr(crop, field) for field in FIELDS] for crop in crops)


def read_crops(path: Path) -> list[Crop]:
    with path.open(newline="", errors="surrogateescape") as file:
        return [
            Crop(r["repository"], r["path"], r["blob"], float(r["side"]), float(r["x"]), float(r["y"]),
                 int(r["teacher"]), r["label"], r["held_out"] == "True")
            for r in csv.DictReader(file, delimiter="\t")
        ]
