"""Labelling: the student's view of each crop, and what the teacher says of the same crop. Resumes by chunk."""

import io
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFile, ImageOps

from .crops import Crop, read_crops
from .pictures import BlobReader, Source, clone_of
from .store import CHUNK, GRID, VIEW, Store, open_store
from .teachers import ViTTiny

ImageFile.LOAD_TRUNCATED_IMAGES = False
BATCH = 8


def label(
    folder: Path, sources: list[Source], clones: Path, teacher_path: Path, device: str, part: int, parts: int
) -> None:
    """Labels each `parts`-th chunk from `part` on: on a CPU, run one process of one thread for each core."""
    crops = read_crops(folder / "crops.tsv")
    store = open_store(folder, len(crops), "r+")
    teacher = ViTTiny(teacher_path).eval().to(device)
    readers = {source.repository: BlobReader(clone_of(source, clones)) for source in sources}
    todo = [chunk for chunk in np.flatnonzero(~store.done) if chunk % parts == part]
    started = time.monotonic()
    for position, chunk in enumerate(todo):
        rows = crops[chunk * CHUNK : (chunk + 1) * CHUNK]
        views = [view_of(crop, readers[crop.repository]) for crop in rows]
        _label_chunk(store, teacher, crops, chunk, views, device)
        rate = (position + 1) * CHUNK / (time.monotonic() - started)
        print(f"{time.strftime('%T')} chunk {chunk + 1} of {len(store.done)}, {rate:.0f} crops/s, "
              f"{(len(todo) - position - 1) * CHUNK / rate / 60:.0f} min to go", flush=True)


def view_of(crop: Crop, reader: BlobReader) -> tuple[np.ndarray, np.ndarray] | None:
    """The crop for the teacher and for the student, or None when the file is missing or cannot be read."""
    try:
        image = Image.open(io.BytesIO(reader.read(crop.blob)))
        if image.format == "JPEG":
            image.draft("RGB", (round(300 / crop.side), round(300 / crop.side)))
        image = upright_rgb(image)
    except Exception:  # noqa: BLE001 a broken file in a public set: whatever the decoder calls it
        return None
    width, height = image.size
    side = min(width, height) * crop.side
    left, top = (width - side) * crop.x, (height - side) * crop.y
    box = (left, top, left + side, top + side)
    size = crop.teacher
    return (
        np.asarray(image.resize((size, size), Image.Resampling.BICUBIC, box=box)),
        np.asarray(image.resize((VIEW, VIEW), Image.Resampling.BICUBIC, box=box)),
    )


def upright_rgb(image: Image.Image) -> Image.Image:
    """As the product does it: EXIF orientation applied, transparency on white, RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        white.alpha_composite(image)
        image = white
    return image.convert("RGB")


def _label_chunk(store: Store, teacher: ViTTiny, crops: list[Crop], chunk: int, views: list, device: str) -> None:
    first = chunk * CHUNK
    for index, view in enumerate(views):
        store.broken[first + index] = view is None
        if view is not None:
            store.views[first + index] = view[1]
    for size in sorted({crop.teacher for crop in crops[first : first + len(views)]}):
        rows = [i for i, view in enumerate(views) if view is not None and crops[first + i].teacher == size]
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cls, tokens, logits = ask(teacher, np.stack([views[i][0] for i in batch]), device)
            at = [first + i for i in batch]
            store.cls[at], store.tokens[at], store.logits[at] = cls, tokens, logits
    for array in (store.views, store.cls, store.tokens, store.logits, store.broken):
        array.flush()
    store.done[chunk] = True
    store.done.flush()


@torch.inference_mode()
def ask(teacher: ViTTiny, pixels: np.ndarray, device: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """uint8 [N,S,S,3] → float16 cls [N,192], tokens [N,49,192], logits [N,1000]."""
    x = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    cls, tokens, logits = teacher(x.contiguous())
    side = pixels.shape[1] // 16
    grid = tokens.transpose(1, 2).reshape(len(tokens), 192, side, side)
    pooled = F.adaptive_avg_pool2d(grid, GRID).flatten(2).transpose(1, 2)
    return tuple(t.cpu().numpy().astype(np.float16) for t in (cls, pooled, logits))
