"""Debian's packages of pictures as Git repositories of one commit, the same on every machine: sources like all others."""

import os
import subprocess
import tempfile
from pathlib import Path

NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "nobody"), ("EMAIL", "nobody"), ("DATE", "@0 +0000"))
}
NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def clone_package(archive: Path, repository: str, clones: Path) -> str:
    """Unpacks a .deb into `<clones>/<owner>+<name>` and commits all of it. The hash of the commit. Raises FileExistsError
    when that clone is there, CalledProcessError when the archive is no package."""
    place = clones / repository.replace("/", "+")
    if place.exists():
        raise FileExistsError(f"{place} is there already")
    clones.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=clones) as folder:
        made = Path(folder, place.name)
        subprocess.run(["dpkg-deb", "--extract", str(archive), str(made)], check=True)
        _git(made, "init", "--quiet")
        _git(made, "add", "--all", "--force")
        _git(made, "commit", "--quiet", "--no-gpg-sign", f"--message={repository}")
        return _git(made.rename(place), "rev-parse", "HEAD")


def _git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(place), *arguments], check=True, capture_output=True,
                          env=os.environ | NOBODY | NO_SETTINGS)
    return done.stdout.decode().strip()
