"""What is left out because it looks like a picture of the evaluation."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from pixvec_training.crops import Crop
from pixvec_training.exclude import find_held_out, read_excluded, write_excluded
from pixvec_training.store import CHUNK, open_store

COUNT = 2 * CHUNK


def crop(repository: str, held_out: bool = False) -> Crop:
    return Crop(repository, "picture.jpg", "0" * 40, 1.0, 0.5, 0.5, 224, "kind", held_out)


class HeldOut(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(Path(self.folder.name), COUNT, "r+")
        self.store.cls[:] = np.random.default_rng(0).normal(size=(COUNT, 192))
        self.store.seen[:], self.store.done[:] = 1, True
        self.crops = [crop("a/photos", held_out=row == 3) for row in range(CHUNK)] + [crop("b/photos")] * CHUNK

    def tearDown(self):
        self.folder.cleanup()

    def look_alike(self, row: int, of: int) -> None:
        self.store.cls[row] = self.store.cls[of]

    def test_a_crop_of_another_source_that_looks_like_a_held_out_picture_is_found(self):
        self.look_alike(CHUNK + 5, of=3)
        found = find_held_out(self.store, self.crops)
        self.assertEqual({row: other for row, (_, other) in found.items()}, {CHUNK + 5: 3})

    def test_crops_of_the_same_source_and_crops_that_look_like_learnt_ones_stay(self):
        self.look_alike(7, of=3)
        self.look_alike(CHUNK + 5, of=8)
        self.assertEqual(find_held_out(self.store, self.crops), {})

    def test_what_is_written_is_read_again(self):
        path = Path(self.folder.name, "excluded.tsv")
        write_excluded({9: (0.95, "lotus/image_1.jpg"), 2: (0.91, "held-out: a/photos/b.jpg")}, self.crops, path)
        self.assertEqual(read_excluded(path), {2, 9})


if __name__ == "__main__":
    unittest.main()
