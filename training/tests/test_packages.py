"""A package of pictures becomes the same commit wherever it is unpacked."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from PIL import Image

from pixvec_training.packages import clone_package
from pixvec_training.pictures import Source, clone_of, list_pictures


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.archive = self.folder / "stamps_1_all.deb"
        made = self.folder / "made"
        control = made / "DEBIAN" / "control"
        control.parent.mkdir(parents=True)
        control.write_text("Package: stamps\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: stamps\n")
        stamps = made / "usr" / "share" / "stamps"
        stamps.mkdir(parents=True)
        Image.new("RGB", (40, 30), (9, 0, 0)).save(stamps / "pliers.png")
        (stamps / "tongs.png").symlink_to("pliers.png")
        (stamps / ".gitignore").write_text("*.png")
        subprocess.run(["dpkg-deb", "--build", str(made), str(self.archive)], check=True, capture_output=True)

    def test_the_commit_is_the_same_on_another_day_for_another_user(self):
        first = clone_package(self.archive, "debian/stamps", self.folder / "a")
        settings = {"GIT_AUTHOR_NAME": "someone", "GIT_COMMITTER_DATE": "1700000000 +0100"}
        with mock.patch.dict(os.environ, settings):
            second = clone_package(self.archive, "debian/stamps", self.folder / "b")
        self.assertEqual(first, second)

    def test_its_pictures_are_listed_even_ignored_ones_but_no_links(self):
        commit = clone_package(self.archive, "debian/stamps", self.folder)
        source = Source(repository="debian/stamps", commit=commit[:8], crops=1, what="", licence="",
                        folders=("usr/share/stamps",))
        paths = [path for path, _ in list_pictures(source, clone_of(source, self.folder))]
        self.assertEqual(paths, ["usr/share/stamps/pliers.png"])

    def test_what_is_no_package_leaves_nothing_behind(self):
        broken = self.folder / "broken.deb"
        broken.write_bytes(b"no package")
        with self.assertRaises(subprocess.CalledProcessError):
            clone_package(broken, "debian/broken", self.folder / "c")
        self.assertEqual(list((self.folder / "c").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
