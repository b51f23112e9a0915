"""Which crops a run is made of, out of a repository made for the test."""

import io
import subprocess
import tempfile
import unittest
from pathlib import Path

from PIL import Image

from pixvec_training.crops import choose_crops, is_held_out, read_crops, write_crops
from pixvec_training.pictures import Source


class Crops(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        clone = Path(cls.folder.name, "someone+photos")
        git = lambda *words: subprocess.run(  # noqa: E731
            ["git", "-C", str(clone), "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True, capture_output=True
        ).stdout.decode().strip()
        for number in range(120):
            path = clone / ("cats" if number % 2 else "dogs") / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            buffer = io.BytesIO()
            Image.new("RGB", (40, 30), (number, 0, 0)).save(buffer, "PNG")
            path.write_bytes(buffer.getvalue())
        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "photos")
        cls.source = Source(
            repository="someone/photos", commit=git("rev-parse", "HEAD")[:8], crops=240, per_picture=2, label="folder",
            what="", licence="",
        )

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def choose(self, seed: int):
        return choose_crops([self.source], Path(self.folder.name), seed)

    def test_a_seed_makes_the_same_table_again(self):
        self.assertEqual(self.choose(1), self.choose(1))
        self.assertNotEqual(self.choose(1), self.choose(2))

    def test_a_held_out_picture_gives_one_whole_crop_and_none_to_the_training(self):
        crops = self.choose(1)
        held = [crop for crop in crops if crop.held_out]
        self.assertTrue(held)
        self.assertEqual({crop.side for crop in held}, {1.0})
        learned = {crop.blob for crop in crops if not crop.held_out}
        self.assertFalse(learned & {crop.blob for crop in held})
        self.assertTrue(all(is_held_out(crop.blob) for crop in held))

    def test_the_held_out_crops_come_first(self):
        kept = [crop.held_out for crop in choose_crops([self.source], Path(self.folder.name), seed=1)]
        self.assertEqual(kept, sorted(kept, reverse=True))
        self.assertGreater(sum(kept), 0)

    def test_the_folder_is_the_label(self):
        self.assertEqual({crop.label for crop in self.choose(1)}, {"someone/photos/cats", "someone/photos/dogs"})

    def test_a_written_table_is_read_as_it_was(self):
        crops = self.choose(1)
        path = Path(self.folder.name, "crops.tsv")
        write_crops(crops, path)
        self.assertEqual(read_crops(path), crops)
