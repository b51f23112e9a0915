"""What the preparation leaves and the training reads: arrays on disk, one row a crop, filled chunk by chunk."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

VIEW = 192
"""Side of the view of a crop, in pixels: what the teachers and the student see."""
GRID = 6
"""The teacher's patch tokens are averaged to this grid."""
CHUNK = 32
"""Crops that are labelled and marked as done together."""


@dataclass(frozen=True)
class Store:
    """Rows of crops.tsv: views uint8 [N,192,192,3]; of ViT-Ti/16 cls [N,192], tokens [N,36,192], logits [N,1000]; of
    MobileNetV2 features [N,1280] (float16).

    `seen`: 0 not yet decoded, 1 decoded, 2 a broken file. `done`: whether a chunk is labelled.
    """

    folder: Path
    views: np.ndarray
    seen: np.ndarray
    cls: np.ndarray
    tokens: np.ndarray
    logits: np.ndarray
    features: np.ndarray
    done: np.ndarray

    def decoded(self) -> np.ndarray:
        """The rows that have a view."""
        return np.flatnonzero(self.seen == 1)

    def labelled(self) -> np.ndarray:
        """The rows that have a view and the teachers' answers."""
        rows = self.decoded()
        return rows[self.done[rows // CHUNK]]

    def unlabelled(self) -> np.ndarray:
        """The chunks that can be labelled and are not: all their crops are decoded, or broken."""
        waiting = np.unique(np.flatnonzero(self.seen == 0) // CHUNK)
        return np.setdiff1d(np.flatnonzero(~self.done), waiting)

    def expect(self, first: int, last: int) -> None:
        """Lets the system begin to read all that a training wants to know of these rows, and does not wait for it.
        Nothing happens where a system cannot be told."""
        if not hasattr(os, "posix_fadvise"):
            return
        for name in ("views", "cls", "tokens", "logits", "features"):
            array = getattr(self, name)
            with open(self.folder / f"{name}.npy", "rb") as file:
                start, size = array.offset + first * array.strides[0], (last - first + 1) * array.strides[0]
                os.posix_fadvise(file.fileno(), start, size, os.POSIX_FADV_WILLNEED)


def rows_in(folder: Path) -> int:
    """Of the store in a folder that has no table of crops."""
    return len(np.load(folder / "seen.npy", mmap_mode="r"))


def open_store(folder: Path, count: int, mode: str = "r") -> Store:
    """Opens the arrays (`mode` "r", or "r+", which makes them when they are missing)."""

    def array(name: str, dtype: type, shape: tuple[int, ...]) -> np.ndarray:
        path = folder / f"{name}.npy"
        if not path.exists() and _has_labels(folder):
            raise ValueError(f"{folder} was labelled without {name}: remove its done.npy, and label it again.")
        if not path.exists() and mode != "r":
            np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape).flush()
        loaded = np.load(path, mmap_mode=mode)
        assert loaded.shape == shape, f"{path} was made for another table of crops"
        return loaded

    return Store(
        folder,
        array("views", np.uint8, (count, VIEW, VIEW, 3)),
        array("seen", np.uint8, (count,)),
        array("cls", np.float16, (count, 192)),
        array("tokens", np.float16, (count, GRID * GRID, 192)),
        array("logits", np.float16, (count, 1000)),
        array("features", np.float16, (count, 1280)),
        array("done", np.bool_, (-(-count // CHUNK),)),
    )


def _has_labels(folder: Path) -> bool:
    done = folder / "done.npy"
    return done.exists() and bool(np.load(done, mmap_mode="r").any())
