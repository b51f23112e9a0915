"""Labelling: what the teachers say of each view. Resumes by chunk."""

import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .crops import read_crops
from .mobilenet import MobileNetV2
from .precision import quick
from .store import CHUNK, GRID, Store, open_store
from .teachers import ViTTiny

REPORT_EVERY = 100


def label(folder: Path, teacher_path: Path, features_path: Path, device: str, part: int, parts: int) -> None:
    """Labels each `parts`-th chunk from `part` on, of those whose views are there: on a CPU, run one process of one
    thread for each core."""
    store = open_store(folder, len(read_crops(folder / "crops.tsv")), "r+")
    teacher = ViTTiny(teacher_path).eval().to(device)
    features = MobileNetV2(features_path).to(device, memory_format=torch.channels_last)
    todo = [chunk for chunk in store.unlabelled() if chunk % parts == part]
    started = time.monotonic()
    for position, chunk in enumerate(todo):
        _label_chunk(store, teacher, features, chunk, device)
        if (position + 1) % REPORT_EVERY == 0:
            rate = (position + 1) * CHUNK / (time.monotonic() - started)
            print(f"{time.strftime('%T')} chunk {chunk + 1} of {len(store.done)}, {rate:.0f} crops/s, "
                  f"{(len(todo) - position - 1) * CHUNK / rate / 60:.0f} min to go", flush=True)


def _label_chunk(store: Store, teacher: ViTTiny, features: MobileNetV2, chunk: int, device: str) -> None:
    rows = slice(chunk * CHUNK, min(len(store.views), (chunk + 1) * CHUNK))
    views = np.array(store.views[rows])
    store.cls[rows], store.tokens[rows], store.logits[rows] = ask(teacher, views, device)
    store.features[rows] = ask_features(features, views, device)
    for array in (store.cls, store.tokens, store.logits, store.features):
        array.flush()
    store.done[chunk] = True
    store.done.flush()


@torch.inference_mode()
def ask(teacher: ViTTiny, pixels: np.ndarray, device: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """uint8 [N,S,S,3], S a multiple of 32 → float16 cls [N,192], tokens [N,36,192], logits [N,1000].

    In bfloat16, which this teacher bears, where that is faster: its retrieval on caltech101-dev stays as it is.
    """
    x = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    with quick(device):
        cls, tokens, logits = teacher(x.contiguous())
    side = pixels.shape[1] // 16
    grid = tokens.float().transpose(1, 2).reshape(len(tokens), 192, side, side)
    pooled = F.adaptive_avg_pool2d(grid, GRID).flatten(2).transpose(1, 2)
    return tuple(t.float().cpu().numpy().astype(np.float16) for t in (cls, pooled, logits))


@torch.inference_mode()
def ask_features(teacher: MobileNetV2, pixels: np.ndarray, device: str) -> np.ndarray:
    """uint8 [N,S,S,3] → float16 [N,1280], the mean of the last maps. In the numbers of the training."""
    x = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2).float()
    with quick(device):
        maps = teacher(x)[-1]
    return maps.float().mean((2, 3)).cpu().numpy().astype(np.float16)
