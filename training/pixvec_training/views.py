"""Decoding: the view of each crop, as the product would see it. Resumes where it stopped."""

import io
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps

from .crops import Crop, read_crops
from .pictures import BlobReader, Source, clone_of
from .store import CHUNK, VIEW, open_store

ImageFile.LOAD_TRUNCATED_IMAGES = False
REPORT_EVERY = 5000


def decode_views(folder: Path, sources: list[Source], clones: Path, part: int, parts: int) -> None:
    """Of each `parts`-th chunk from `part` on: run one process for each core."""
    crops = read_crops(folder / "crops.tsv")
    store = open_store(folder, len(crops), "r+")
    readers = {source.repository: BlobReader(clone_of(source, clones)) for source in sources}
    started, todo = time.monotonic(), np.flatnonzero(store.seen == 0)
    todo = todo[todo // CHUNK % parts == part]
    for position, row in enumerate(todo):
        view = view_of(crops[row], readers[crops[row].repository])
        if view is not None:
            store.views[row] = view
        store.seen[row] = 2 if view is None else 1
        if (position + 1) % REPORT_EVERY == 0:
            store.views.flush()
            store.seen.flush()
            rate = (position + 1) / (time.monotonic() - started)
            print(f"{time.strftime('%T')} {row + 1} of {len(crops)}, {rate:.0f} crops/s", flush=True)
    store.views.flush()
    store.seen.flush()
    print(f"{(store.seen == 1).sum()} views, {(store.seen == 2).sum()} broken files", flush=True)


def view_of(crop: Crop, reader: BlobReader) -> np.ndarray | None:
    """uint8 [192,192,3], or None when the file is missing or cannot be read."""
    try:
        image = Image.open(io.BytesIO(reader.read(crop.blob)))
        if image.format == "JPEG":
            image.draft("RGB", (round(260 / crop.side), round(260 / crop.side)))
        image = upright_rgb(image)
    except Exception:  # noqa: BLE001 a broken file in a public set: whatever the decoder calls it
        return None
    width, height = image.size
    side = min(width, height) * crop.side
    left, top = (width - side) * crop.x, (height - side) * crop.y
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((VIEW, VIEW), Image.Resampling.BICUBIC, box=box))


def upright_rgb(image: Image.Image) -> Image.Image:
    """As the product does it: EXIF orientation applied, transparency on white, RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        white.alpha_composite(image)
        image = white
    return image.convert("RGB")
