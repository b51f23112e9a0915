"""The arrays of a work folder."""

import tempfile
import unittest
from pathlib import Path

from pixvec_training.store import CHUNK, open_store


class Store(unittest.TestCase):
    def test_labelled_without_one_of_the_answers_is_refused_and_not_filled_with_zeros(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            open_store(folder, 40, "r+").done[0] = True
            open_store(folder, 40, "r+")
            (folder / "features.npy").unlink()
            for mode in ("r", "r+"):
                with self.assertRaisesRegex(ValueError, "labelled without features"):
                    open_store(folder, 40, mode)
            self.assertFalse((folder / "features.npy").exists())

    def test_only_chunks_whose_crops_are_all_decoded_or_broken_can_be_labelled(self):
        with tempfile.TemporaryDirectory() as name:
            store = open_store(Path(name), 4 * CHUNK - 5, "r+")
            store.seen[:] = 1
            store.seen[CHUNK + 3] = 0
            store.seen[2 * CHUNK] = 2
            store.done[0] = True
            self.assertEqual(store.unlabelled().tolist(), [2, 3])
