"""Phase one: each stage alone learns one part of the teaching net's way from pixels to features.

Every place of every map is an example, and no stage waits for the ones before it: each gets the teaching net's own
maps (FitNets, Romero et al. 2014; block by block as Wang et al. 2018). That is what makes a run of minutes enough.
"""

import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .crops import read_crops
from .exclude import read_excluded
from .mobilenet import MobileNetV2
from .muon import Muon
from .precision import quick
from .store import VIEW, Store, open_store
from .student import Student, normalise

EARLY = 2
"""The first stages have so many places that a quarter of a batch teaches them as much as they need."""
LEARNING_RATE = 3e-3
MUON_LEARNING_RATE = 0.03
REPORT_EVERY = 20
SAVE_EVERY = 100


class HintScale:
    """Hints as the stages see them: each channel with mean 0 and deviation 1; the features only scaled."""

    def __init__(self, hints: list[Tensor]) -> None:
        self.mean = [hint.float().mean((0, 2, 3), keepdim=True) for hint in hints]
        self.deviation = [hint.float().std((0, 2, 3), keepdim=True) + 1e-3 for hint in hints]
        self.mean[-1] = torch.zeros_like(self.mean[-1])
        self.deviation[-1] = self.deviation[-1].clamp(min=0.15)

    def to(self, device: str) -> "HintScale":
        self.mean, self.deviation = ([part.to(device) for part in parts] for parts in (self.mean, self.deviation))
        return self

    def __call__(self, hints: list[Tensor]) -> list[Tensor]:
        scaled = zip(hints, self.mean, self.deviation, strict=True)
        return [((hint.float() - m) / d).to(memory_format=torch.channels_last) for hint, m, d in scaled]


def teach_stages(
    folder: Path, teacher_path: Path, steps: int, batch: int, side: int, seed: int, device: str, name: str
) -> None:
    """Writes `<name>.pt`: the student's weights, the scale of the hints, and what each stage leaves unexplained."""
    crops = read_crops(folder / "crops.tsv")
    store = open_store(folder, len(crops))
    banned = read_excluded(folder / "excluded.tsv")
    rows = np.array([row for row in store.decoded() if not crops[row].held_out and row not in banned])
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    teacher = MobileNetV2(teacher_path).to(device, memory_format=torch.channels_last)
    ask = lambda pixels: _ask(teacher, pixels, device)  # noqa: E731
    scale = HintScale(ask(some_views(store, rows, 128, side, rng).to(device)))
    student = Student(grafted=False).to(device, memory_format=torch.channels_last)
    optimizers = _optimizers(student)
    started, seconds, unexplained = time.monotonic(), 0.0, []
    for step in range(steps):
        rate = min(1.0, (step + 1) / 50) * min(1.0, (1 - step / steps) / 0.7)
        for optimizer, full in zip(optimizers, (MUON_LEARNING_RATE, LEARNING_RATE), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = full * rate
        pixels = some_views(store, rows, batch, side, rng).to(device)
        losses = stage_losses(student, pixels, scale(ask(pixels)))
        sum(losses).backward()
        nn.utils.clip_grad_norm_(student.parameters(), 10.0)
        for optimizer in optimizers:
            optimizer.step()
        student.zero_grad(set_to_none=True)
        unexplained.append([float(loss.detach()) for loss in losses])
        if (step + 1) % REPORT_EVERY == 0:
            seconds = time.monotonic() - started
            print(f"{time.strftime('%T')} step {step + 1} of {steps}, {(step + 1) * batch / seconds:.0f}/s, unexplained "
                  f"{np.mean(unexplained[-REPORT_EVERY:], 0).round(3).tolist()}", flush=True)
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == steps:
            state = {"student": student.state_dict(), "scale": scale, "samples": (step + 1) * batch, "side": side,
                     "seconds": seconds, "unexplained": np.mean(unexplained[-REPORT_EVERY:], 0).tolist()}
            torch.save(state, folder / f"{name}.pt")


def some_views(store: Store, rows: np.ndarray, count: int, side: int, rng: np.random.Generator) -> Tensor:
    """Random views, cut to `side`, half of them mirrored and half of them with another contrast: float 0..255."""
    chosen = np.sort(rng.choice(rows, count, replace=False))
    x, y = rng.integers(0, VIEW - side + 1, 2)
    pixels = torch.from_numpy(np.array(store.views[chosen][:, y : y + side, x : x + side])).permute(0, 3, 1, 2).float()
    if rng.random() < 0.5:
        pixels = pixels.flip(3)
    if rng.random() < 0.5:
        mean = pixels.mean((1, 2, 3), keepdim=True)
        pixels = (pixels - mean) * float(rng.uniform(0.7, 1.3)) + mean * float(rng.uniform(0.75, 1.25))
    return pixels.clamp(0, 255)


def stage_losses(student: Student, pixels: Tensor, hints: list[Tensor]) -> list[Tensor]:
    """For each stage the part of the variance of what it should say that it leaves unexplained."""
    student.train()
    losses = []
    with quick(pixels.device):
        for index, wanted in enumerate(hints):
            count = max(4, len(pixels) // 4) if index < EARLY else len(pixels)
            given = normalise(pixels[:count]) if index == 0 else hints[index - 1][:count].clone()
            said = student.stage(index, given.contiguous(memory_format=torch.channels_last))
            losses.append((said.float() - wanted[:count]).square().mean())
    losses[-1] = losses[-1] / hints[-1].var(dim=(0, 2, 3)).mean()
    return losses


def _ask(teacher: MobileNetV2, pixels: Tensor, device: str) -> list[Tensor]:
    with quick(device):
        return teacher(pixels)


def _optimizers(student: Student) -> list[torch.optim.Optimizer]:
    matrices = [
        parameter for name, parameter in student.named_parameters()
        if parameter.ndim == 4 and parameter.shape[1] > 1 and not name.startswith(("exits", "stages.0.0"))
    ]
    known = {id(parameter) for parameter in matrices}
    others = [p for name, p in student.named_parameters() if id(p) not in known and not name.startswith("embed")]
    return [
        Muon(matrices, MUON_LEARNING_RATE),
        torch.optim.AdamW(others, LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.0),
    ]
