"""Where a training gets its pictures and the teacher's answers: out of a labelled store, or from the teacher itself."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .augment import Augmented, augment, follow, mixed, plain
from .plan import Plan
from .precision import quick
from .store import GRID, VIEW, Store
from .teachers import ViTTiny

VALIDATION = 1000
"""Crops that the plan never trains on and whose losses are printed."""
RUN = 24
"""Crops that lie beside each other in the table come together: a disk reads them in one go, where the arrays are larger
than the memory. The table is mixed, so a batch of four runs is as varied as one of single crops."""
AHEAD = 4
"""Steps for which the disk reads before they are wanted."""
TEACHER_SIDE = 192
"""What the teacher sees, asked in the training. At 192 px it has 80.8 % mAP@20 on caltech101-dev, at 224 px 81.4."""
PLAIN = 50
"""Unchanged crops in a batch."""
ARRIVING = 512
"""Crops that are moved to the device at a time."""


@dataclass(frozen=True)
class Answers:
    """`cls` [N,192], `tokens` [N,P,192] of the teacher, `logits` [N,1000], and `grid` [N,192,side,side]: the tokens over
    what the student sees. `features` [N,1280]: what MobileNetV2 says of the whole view, where somebody asked it."""

    cls: Tensor
    tokens: Tensor
    logits: Tensor
    grid: Tensor
    features: Tensor | None = None


@dataclass(frozen=True)
class Batch:
    """Float pixels 0..255 [N,3,S,S] for the student and the net that gives hints, and the answers about them."""

    pixels: Tensor
    answers: Answers


class Examples(Protocol):
    def first(self, count: int, side: int) -> Iterator[Batch]:
        """Crops of the training as they are, for what is fitted in closed form before it starts."""

    def validation(self, side: int) -> Iterator[Batch]:
        """Crops that it never trains on, as they are."""

    def at(self, step: int, side: int, plan: Plan, rank: int = 0, count: int = 1) -> Batch:
        """Changed crops of a step, known from the plan's seed and the step; of them, each `count`-th from `rank` on."""

    def describe(self) -> str:
        """How many there are."""


class Labelled:
    """Views and answers of a store. An answer is about the whole view: the student sees a part of it. `shown`: for each
    row of the table, in what part of the epochs it takes part (all of them by default)."""

    def __init__(self, store: Store, rows: np.ndarray, plan: Plan, device: str, shown: np.ndarray | None = None) -> None:
        if plan.batch < RUN or plan.batch % RUN:
            raise ValueError(f"A batch of {plan.batch} crops cannot be read in runs: take a multiple of {RUN}.")
        if plan.mixed:
            raise ValueError("Nobody labelled mixed pictures: they need a teacher that is asked in the training.")
        self.store, self.device = store, device
        order = np.random.default_rng(plan.seed).permutation(rows)
        self.kept, self.rows = np.sort(order[:VALIDATION]), np.sort(order[VALIDATION:])
        self.shown = np.ones(len(self.rows)) if shown is None else shown[self.rows]
        self._epochs: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def first(self, count: int, side: int) -> Iterator[Batch]:
        return (self._plain(rows, side) for rows in np.split(spread(self.rows, count), range(PLAIN, count, PLAIN)))

    def validation(self, side: int) -> Iterator[Batch]:
        return (self._plain(rows, side) for rows in np.split(self.kept, range(PLAIN, len(self.kept), PLAIN)))

    def at(self, step: int, side: int, plan: Plan, rank: int = 0, count: int = 1) -> Batch:
        rng = torch.Generator().manual_seed((plan.seed * 1_000_003 + step) * 64 + rank)
        rows = np.concatenate(self._runs_of(step, plan))[rank::count]
        for run in self._runs_of(step + AHEAD, plan):
            self.store.expect(run[0], run[-1])
        views = torch.from_numpy(self.store.views[rows])
        return self._batch(rows, augment(views, side, rng, plan.smallest, plan.coarse))

    def describe(self) -> str:
        return f"{len(self.rows)} labelled crops"

    def _runs_of(self, step: int, plan: Plan) -> list[np.ndarray]:
        per_batch, epoch = plan.batch // RUN, 0
        while step >= (steps := self._steps_in(epoch, plan)):
            step, epoch = step - steps, epoch + 1
        rows, order = self._epoch(epoch, plan.seed)
        chosen = np.sort(order[step * per_batch : (step + 1) * per_batch])
        return [rows[run * RUN : (run + 1) * RUN] for run in chosen]

    def _steps_in(self, epoch: int, plan: Plan) -> int:
        rows, order = self._epoch(epoch, plan.seed)
        steps = len(order) * RUN // plan.batch
        if steps == 0:
            raise ValueError(f"An epoch shows {len(rows)} crops, and a batch has {plan.batch}: label more of them.")
        return steps

    def _epoch(self, epoch: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """The rows that take part, and the order of their runs: both are other ones in each epoch."""
        if epoch not in self._epochs:
            rows = self.rows[np.random.default_rng([seed, epoch, 1]).random(len(self.rows)) < self.shown]
            self._epochs[epoch] = rows, np.random.default_rng([seed, epoch]).permutation(len(rows) // RUN)
        return self._epochs[epoch]

    def _plain(self, rows: np.ndarray, side: int) -> Batch:
        whole = torch.tensor([[[1.0, 0, 0], [0, 1.0, 0]]]).expand(len(rows), -1, -1)
        return self._batch(rows, Augmented(plain(torch.from_numpy(self.store.views[rows]), side), whole))

    def _batch(self, rows: np.ndarray, seen: Augmented) -> Batch:
        arrays = (self.store.cls, self.store.tokens, self.store.logits, self.store.features)
        cls, tokens, logits, features = [torch.from_numpy(a[rows].astype(np.float32)).to(self.device) for a in arrays]
        grid = tokens.transpose(1, 2).reshape(-1, 192, GRID, GRID)
        grid = follow(grid, seen.affine.to(self.device), map_side(seen.pixels.shape[-1]))
        return Batch(seen.pixels.to(self.device), Answers(cls, tokens, logits, grid, features))


class Asked:
    """Views in the memory of the device, and the teacher asked about the very pixels that the student sees, so that
    crops can be small and pictures laid over each other. Views may still arrive in the store while it trains."""

    def __init__(self, store: Store, teacher: ViTTiny, device: str) -> None:
        self.store, self.device = store, device
        self.teacher = teacher.eval().to(device)
        self.views = torch.empty((len(store.seen), VIEW, VIEW, 3), dtype=torch.uint8, device=device)
        self.count = 0
        """Views that have arrived, in the order of their arrival: the first ones are for validation."""
        threading.Thread(target=self._receive, daemon=True).start()
        self._wait_for(2 * VALIDATION)

    def first(self, count: int, side: int) -> Iterator[Batch]:
        last = VALIDATION + count
        self._wait_for(last)
        return (self._plain(slice(start, min(start + PLAIN, last)), side) for start in range(VALIDATION, last, PLAIN))

    def validation(self, side: int) -> Iterator[Batch]:
        return (self._plain(slice(start, start + PLAIN), side) for start in range(0, VALIDATION, PLAIN))

    def at(self, step: int, side: int, plan: Plan, rank: int = 0, count: int = 1) -> Batch:
        rng = torch.Generator(self.device).manual_seed((plan.seed * 1_000_003 + step) * 64 + rank)
        places = torch.randint(VALIDATION, self.count, (plan.batch // count,), generator=rng, device=self.device)
        seen = augment(self.views[places], TEACHER_SIDE, rng, plan.smallest, plan.coarse)
        return self._batch(mixed(seen.pixels, plan.mixed, rng), side)

    def describe(self) -> str:
        return f"{self.count - VALIDATION} crops"

    def _plain(self, places: slice, side: int) -> Batch:
        return self._batch(plain(self.views[places], TEACHER_SIDE), side)

    def _wait_for(self, count: int) -> None:
        while self.count < count:
            time.sleep(0.1)

    @torch.no_grad()
    def _batch(self, pixels: Tensor, side: int) -> Batch:
        with quick(self.device):
            cls, tokens, logits = self.teacher((pixels / 127.5 - 1).contiguous())
        patches = TEACHER_SIDE // 16
        grid = tokens.float().transpose(1, 2).reshape(-1, 192, patches, patches)
        grid = F.adaptive_avg_pool2d(grid, map_side(side))
        if side != pixels.shape[-1]:
            pixels = F.interpolate(pixels, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
        return Batch(pixels, Answers(cls.float(), tokens.float(), logits.float(), grid))

    def _receive(self) -> None:
        stream = torch.cuda.Stream() if self.device.startswith("cuda") else None
        here = np.zeros(len(self.store.seen), bool)
        while self.count < len(self.views):
            new = np.flatnonzero((self.store.seen == 1) & ~here)[:ARRIVING]
            if len(new) == 0:
                time.sleep(0.5)
                continue
            with torch.cuda.stream(stream):
                self.views[self.count : self.count + len(new)] = torch.from_numpy(self.store.views[new]).to(self.device)
            if stream:
                stream.synchronize()
            here[new] = True
            self.count += len(new)


def spread(rows: np.ndarray, count: int) -> np.ndarray:
    """`count` of the rows (or all, if they are fewer) in even steps: a table may have grown, source by source."""
    return rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64)]


def map_side(side: int) -> int:
    """Of the student's last maps."""
    return -(-side // 32)
