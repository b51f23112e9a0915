"""What the labelling leaves and the training reads: arrays on disk, one row a crop, filled chunk by chunk."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

VIEW = 144
"""Side of the student's view of a crop, in pixels."""
GRID = 7
"""The teacher's patch tokens are averaged to this grid."""
CHUNK = 1000
"""Crops that are labelled, written and marked as done together."""


@dataclass(frozen=True)
class Store:
    """Rows of crops.tsv: views uint8 [N,144,144,3], cls [N,192], tokens [N,49,192], logits [N,1000] (float16)."""

    folder: Path
    views: np.ndarray
    cls: np.ndarray
    tokens: np.ndarray
    logits: np.ndarray
    done: np.ndarray
    broken: np.ndarray

    def labelled(self) -> np.ndarray:
        """The rows that can be used: labelled, and not of a broken file."""
        rows = np.arange(len(self.views))
        return rows[self.done[rows // CHUNK] & ~self.broken]


def open_store(folder: Path, count: int, mode: str = "r") -> Store:
    """Opens the arrays (`mode` "r", or "r+", which makes them when they are missing)."""
    chunks = -(-count // CHUNK)

    def array(name: str, dtype: type, shape: tuple[int, ...]) -> np.ndarray:
        path = folder / f"{name}.npy"
        if not path.exists() and mode != "r":
            np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape).flush()
        loaded = np.load(path, mmap_mode=mode)
        assert loaded.shape == shape, f"{path} was made for another table of crops"
        return loaded

    return Store(
        folder,
        array("views", np.uint8, (count, VIEW, VIEW, 3)),
        array("cls", np.float16, (count, 192)),
        array("tokens", np.float16, (count, GRID * GRID, 192)),
        array("logits", np.float16, (count, 1000)),
        array("done", np.bool_, (chunks,)),
        array("broken", np.bool_, (count,)),
    )
