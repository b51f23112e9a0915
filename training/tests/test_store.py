"""The arrays of a work folder."""

import tempfile
import unittest
from pathlib import Path

from pixvec_training.store import open_store


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
