"""Views on their way to another machine: shards of small WebP pictures, and back into the arrays of a store.

A machine with a GPU is lent for minutes and far away. `pack` leaves held-out and excluded crops behind; `unpack` works
while shards still arrive, so a training begins with the first one.
"""

import io
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from .store import VIEW, open_store

QUALITY = 40
SIDES = (80, 96, 128, 160)
NEAR_ENOUGH = 35.0
"""dB: a view travels at the first of these sides from which it comes back so near, else whole. Many pictures of the
sources are that small. With the quality, about 2,400 bytes a view; the teachers are asked about what arrives."""
SLICE = 256
"""Views that one process packs or unpacks at a time."""


def pack(folder: Path, count: int, rows: np.ndarray, out: Path, first: int, size: int, processes: int) -> None:
    """Writes `rows` of a store of `count` rows as `000.npz`, `001.npz`, …: the first one of about `first` bytes (models
    travel beside it), the others of about `size`."""
    out.mkdir(parents=True, exist_ok=True)
    slices = [(folder, count, rows[start : start + SLICE]) for start in range(0, len(rows), SLICE)]
    number, gathered, held = 0, [], 0
    with ProcessPoolExecutor(processes) as pool:
        for _, packed in zip(slices, pool.map(_pack_slice, slices), strict=True):
            gathered.append(packed)
            held += sum(len(picture) for picture in packed[1])
            if held >= (size if number else first):
                _write(out / f"{number:03}.npz", count, gathered)
                number, gathered, held = number + 1, [], 0
    if gathered:
        _write(out / f"{number:03}.npz", count, gathered)


def _pack_slice(work: tuple[Path, int, np.ndarray]) -> tuple[np.ndarray, list[bytes]]:
    folder, count, rows = work
    views = open_store(folder, count).views
    return rows, [_webp(Image.fromarray(np.array(views[row]))) for row in rows]


def _webp(view: Image.Image) -> bytes:
    buffer = io.BytesIO()
    _as_small_as_it_is(view).save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()


def _as_small_as_it_is(view: Image.Image) -> Image.Image:
    for side in SIDES:
        small = _resized(view, side)
        difference = np.asarray(_resized(small, VIEW), np.float32) - np.asarray(view)
        if 10 * np.log10(255**2 / (np.square(difference).mean() + 1e-9)) >= NEAR_ENOUGH:
            return small
    return view


def _resized(picture: Image.Image, side: int) -> Image.Image:
    return picture.resize((side, side), Image.Resampling.BICUBIC)


def _write(path: Path, count: int, gathered: list[tuple[np.ndarray, list[bytes]]]) -> None:
    pictures = [picture for _, part in gathered for picture in part]
    np.savez(path, count=count, rows=np.concatenate([rows for rows, _ in gathered]),
             ends=np.cumsum([len(picture) for picture in pictures]), data=np.frombuffer(b"".join(pictures), np.uint8))
    print(f"{time.strftime('%T')} {path}: {len(pictures)} views, {path.stat().st_size:,} bytes", flush=True)


def unpack(shards: Path, folder: Path, processes: int, until: int) -> None:
    """Fills the store in `folder` from shards as they come, until there were `until` of them. A shard counts from the
    moment it has its name: copy it under another one, then rename it."""
    done: set[Path] = set()
    with ProcessPoolExecutor(processes) as pool:
        while len(done) < until:
            new = sorted(set(shards.glob("*.npz")) - done)
            if not new:
                time.sleep(0.2)
            for path in new:
                started = time.monotonic()
                read = sum(pool.map(_unpack_slice, _slices_of(path, folder)))
                done.add(path)
                print(f"{time.strftime('%T')} {path.name}: {read} views in {time.monotonic() - started:.1f} s", flush=True)


def _slices_of(path: Path, folder: Path) -> Iterator[tuple[Path, int, np.ndarray, list[bytes]]]:
    with np.load(path) as shard:
        count, rows, ends, data = int(shard["count"]), shard["rows"], shard["ends"], shard["data"].tobytes()
    open_store(folder, count, "r+")
    starts = np.concatenate([[0], ends[:-1]])
    pictures = [data[start:end] for start, end in zip(starts, ends, strict=True)]
    for start in range(0, len(rows), SLICE):
        yield folder, count, rows[start : start + SLICE], pictures[start : start + SLICE]


def _unpack_slice(work: tuple[Path, int, np.ndarray, list[bytes]]) -> int:
    folder, count, rows, pictures = work
    store = open_store(folder, count, "r+")
    for row, picture in zip(rows, pictures, strict=True):
        store.views[row] = np.asarray(_resized(Image.open(io.BytesIO(picture)).convert("RGB"), VIEW))
    store.seen[rows] = 1
    return len(rows)
