"""Views on their way to another machine."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import numpy as np
from PIL import Image

from pixvec_training.shards import pack, unpack
from pixvec_training.store import VIEW, open_store

COUNT = 600


class Shards(unittest.TestCase):
    def test_bring_the_chosen_views_and_no_others(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            here, shards, there = Path(folder, "here"), Path(folder, "shards"), Path(folder, "there")
            here.mkdir(), there.mkdir()
            store = open_store(here, COUNT, "r+")
            store.views[:] = np.stack([_soft_picture(row) for row in range(COUNT)])
            store.seen[:] = 1
            rows = np.arange(0, COUNT, 2)
            pack(here, COUNT, rows, shards, first=1, size=1, processes=2)
            parts = len(list(shards.glob("*.npz")))
            self.assertGreater(parts, 1)
            unpack(shards, there, processes=2, until=parts)
            arrived = open_store(there, COUNT)
            self.assertEqual(arrived.decoded().tolist(), rows.tolist())
            difference = np.abs(arrived.views[rows].astype(int) - store.views[rows])
            self.assertLess(float(difference.mean()), 4)


def _soft_picture(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 255, (4, 4, 3), np.uint8)
    return np.asarray(Image.fromarray(small).resize((VIEW, VIEW), Image.Resampling.BICUBIC))
