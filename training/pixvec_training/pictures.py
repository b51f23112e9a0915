"""Pictures out of Git repositories: listed and read by blob, so that a manifest can name each by its hash."""

import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
LINK = "120000"
"""Git's mode of a symbolic link."""


@dataclass(frozen=True)
class Source:
    """One entry of sources.toml."""

    repository: str
    commit: str
    crops: int
    what: str
    licence: str
    folders: tuple[str, ...] = ("",)
    per_picture: int = 1
    teacher: int = 224
    label: str | None = None
    shown: float = 1.0


def read_sources(path: Path) -> list[Source]:
    entries = tomllib.loads(path.read_text())["source"]
    return [Source(**{**entry, "folders": tuple(entry.get("folders", [""]))}) for entry in entries]


def clone_of(source: Source, clones: Path) -> Path:
    """The Git directory of a source: `<clones>/<owner>+<name>`, cloned bare or with a work tree."""
    place = clones / source.repository.replace("/", "+")
    for git in (place / "repo" / ".git", place / "repo", place / ".git", place):
        if (git / "HEAD").exists():
            return git
    raise FileNotFoundError(
        f"{source.repository} is not in {clones}: clone it there as {place.name} "
        f"and check that it holds commit {source.commit}"
    )


def list_pictures(source: Source, git: Path) -> list[tuple[str, str]]:
    """(path, blob hash) of each picture of a source, each content once, in the order of the paths."""
    listing = _git(git, "ls-tree", "-r", "-z", source.commit).decode("utf-8", "surrogateescape")
    seen: set[str] = set()
    pictures = []
    for line in listing.split("\0"):
        if not line:
            continue
        meta, path = line.split("\t", 1)
        mode, _, blob = meta.split()
        inside = any(not folder or path.startswith(folder + "/") for folder in source.folders)
        if inside and mode != LINK and path.lower().endswith(SUFFIXES) and blob not in seen:
            seen.add(blob)
            pictures.append((path, blob))
    return sorted(pictures)


class BlobReader:
    """Reads blobs of one repository through a single `git cat-file --batch`."""

    def __init__(self, git: Path) -> None:
        command = ["git", "-C", str(git), "cat-file", "--batch"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, blob: str) -> bytes:
        """The content of a blob. Raises KeyError when the repository does not hold it."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{blob}\n".encode())
        self._process.stdin.flush()
        header = self._process.stdout.readline().split()
        if header[-1] == b"missing":
            raise KeyError(blob)
        content = self._process.stdout.read(int(header[2]))
        self._process.stdout.read(1)
        return content

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def _git(git: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(git), *arguments], check=True, capture_output=True).stdout
