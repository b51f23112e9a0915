"""The training: student and teacher on the same crops, by a plan of resolutions, resumable at any time."""

import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .augment import augment, follow, plain
from .crops import Crop
from .losses import Losses, compare
from .muon import Muon
from .store import GRID, Store
from .student import EMBEDDING, Architecture, Student, TrainingHeads, normalise, parameters_in_millions
from .targets import TargetSpace, fit_target_space

VALIDATION = 1000
"""Crops that are never trained on and whose losses are printed."""


@dataclass(frozen=True)
class Plan:
    """`phases`: (side in pixels, part of all steps). `lr`: of AdamW; Muon's is `muon_lr`."""

    steps: int
    phases: tuple[tuple[int, float], ...] = ((64, 0.35), (96, 0.4), (128, 0.25))
    batch: int = 128
    lr: float = 1.5e-3
    muon_lr: float = 0.02
    weight_decay: float = 0.02
    warmup: float = 0.03
    averaging: float = 0.998
    seed: int = 1

    def size_at(self, step: int) -> int:
        ends = np.cumsum([part for _, part in self.phases])
        index = int(np.searchsorted(ends, step / self.steps, side="right"))
        return self.phases[min(index, len(self.phases) - 1)][0]

    def rate_at(self, step: int) -> float:
        """Part of the full learning rate: a warm-up, a plateau, and a straight way down over the last 60 %."""
        done = step / self.steps
        return min(1.0, (done + 1e-4) / self.warmup, max(0.0, (1 - done) / 0.6))


class Training:
    def __init__(self, store: Store, crops: list[Crop], banned: set[int], plan: Plan, checkpoint: Path, device: str,
                 architecture: Architecture, start_from: Path | None = None) -> None:
        self.store, self.plan, self.checkpoint, self.device = store, plan, checkpoint, device
        rows = [row for row in store.labelled() if not crops[row].held_out and row not in banned]
        mixed = np.random.default_rng(plan.seed).permutation(np.array(rows))
        self.validation, self.rows = np.sort(mixed[:VALIDATION]), mixed[VALIDATION:]
        torch.manual_seed(plan.seed)
        self.student = Student(architecture).to(device, memory_format=torch.channels_last)
        self.heads = TrainingHeads(architecture.features).to(device)
        self.average = torch.optim.swa_utils.AveragedModel(
            self.student, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(plan.averaging), use_buffers=True
        )
        self.optimizers = self._optimizers()
        self.step = 0
        self.history: list[dict] = [{"seconds": 0.0, "samples": 0, "phases": plan.phases, "batch": plan.batch}]
        if checkpoint.exists():
            self._resume(torch.load(checkpoint, weights_only=False))
        else:
            if start_from:
                state = torch.load(start_from, weights_only=False)
                self.student.load_state_dict(state["student"])
                self.heads.load_state_dict(state["heads"])
                self.space = state["space"]
                self.history = [*state["history"], *self.history]
            else:
                some = np.sort(self.rows[:8000])
                self.space = fit_target_space(store.cls[some], store.tokens[some], store.logits[some], EMBEDDING)
            self.average.module.load_state_dict(self.student.state_dict())
        print(f"{len(self.rows)} crops, {parameters_in_millions(self.student):.2f} M parameters, step {self.step} of "
              f"{plan.steps}", flush=True)

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        hidden, other = [], []
        for name, parameter in self.student.named_parameters():
            is_hidden = parameter.ndim == 4 and not name.startswith("stem")
            (hidden if is_hidden else other).append(parameter)
        other += list(self.heads.parameters())
        decayed = [p for p in other if p.ndim > 1]
        plain_ones = [p for p in other if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain_ones, "weight_decay": 0.0}]
        return [
            Muon(hidden, self.plan.muon_lr, weight_decay=self.plan.weight_decay),
            torch.optim.AdamW(groups, self.plan.lr, betas=(0.9, 0.98)),
        ]

    def run(self) -> None:
        """Trains to the end of the plan, or until SIGTERM or SIGINT, and leaves a checkpoint either way."""
        stopping = False

        def stop(*_) -> None:
            nonlocal stopping
            stopping = True

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, stop)
        since, seen, sums, saved = time.monotonic(), 0, [], time.monotonic()
        while self.step < self.plan.steps and not stopping:
            sums.append(self._one_step())
            seen += self.plan.batch
            if self.step % 50 == 0:
                now = time.monotonic()
                means = np.mean(sums, 0)
                print(f"{time.strftime('%T')} step {self.step} of {self.plan.steps} at {self._size()} px, "
                      f"{seen / (now - since):.0f}/s, cosine {1 - means[0] / 2:.4f} relation {means[1]:.5f} "
                      f"classes {means[2]:.3f} tokens {means[3]:.4f}", flush=True)
                since, seen, sums = now, 0, []
            if time.monotonic() - saved > 240:
                self.save()
                print(f"{time.strftime('%T')} {self.validate()}", flush=True)
                saved = since = time.monotonic()
        self.save()
        print(f"{time.strftime('%T')} stopped at step {self.step}: {self.validate()}", flush=True)

    def _size(self) -> int:
        return self.plan.size_at(self.step)

    def _one_step(self) -> list[float]:
        plan = self.plan
        started = time.monotonic()
        rng = torch.Generator().manual_seed(plan.seed * 1_000_003 + self.step)
        rows = self._rows_of(self.step)
        seen = augment(torch.from_numpy(self.store.views[rows]), self._size(), rng)
        for optimizer, full in zip(self.optimizers, (plan.muon_lr, plan.lr), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = full * plan.rate_at(self.step)
        self.student.train()
        losses = self._losses(self.student, seen.pixels, seen.affine, rows)
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        losses.total().backward()
        nn.utils.clip_grad_norm_([*self.student.parameters(), *self.heads.parameters()], 5.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.average.update_parameters(self.student)
        self.step += 1
        self.history[-1]["seconds"] += time.monotonic() - started
        self.history[-1]["samples"] += plan.batch
        return [float(value.detach()) for value in (losses.cosine, losses.relation, losses.classes, losses.tokens)]

    def _rows_of(self, step: int) -> np.ndarray:
        """The rows of a step: each epoch its own order, known from the step alone, so that a run resumes exactly."""
        per_epoch = len(self.rows) // self.plan.batch
        epoch, place = divmod(step, per_epoch)
        order = np.random.default_rng([self.plan.seed, epoch]).permutation(len(self.rows))
        return np.sort(self.rows[order[place * self.plan.batch : (place + 1) * self.plan.batch]])

    def _losses(self, student: Student, pixels: torch.Tensor, affine: torch.Tensor, rows: np.ndarray) -> Losses:
        taught = [torch.from_numpy(a[rows].astype(np.float32)) for a in
                  (self.store.cls, self.store.tokens, self.store.logits)]
        target = self.space(*taught).to(self.device)
        x = normalise(pixels.to(self.device)).contiguous(memory_format=torch.channels_last)
        maps = student.maps(x)
        pooled = maps.mean((2, 3))
        grid = (taught[1] - self.space.centres["tokens"]).transpose(1, 2).reshape(len(rows), -1, GRID, GRID)
        grid = follow(grid, affine, maps.shape[-1]).to(self.device)
        return compare(student.head(pooled), target, self.heads.classes(pooled), taught[2].to(self.device),
                       self.heads.tokens(maps), grid)

    @torch.no_grad()
    def validate(self) -> str:
        """The losses of the averaged student on the plain views of crops that it never saw."""
        student = self.average.module.eval()
        parts, agreed = [], 0
        whole = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])
        for start in range(0, VALIDATION, 100):
            rows = self.validation[start : start + 100]
            pixels = plain(torch.from_numpy(self.store.views[rows]), self._size())
            losses = self._losses(student, pixels, whole.expand(len(rows), -1, -1), rows)
            parts.append([float(v) for v in (losses.cosine, losses.relation, losses.classes, losses.tokens)])
        means = np.mean(parts, 0)
        return (f"validation at {self._size()} px: cosine {1 - means[0] / 2:.4f} relation {means[1]:.5f} "
                f"classes {means[2]:.3f} tokens {means[3]:.4f}")

    def save(self) -> None:
        """Written beside and moved into place, so that a stop at any moment leaves a whole checkpoint."""
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(
            {
                "architecture": self.student.architecture.as_dict(), "step": self.step, "history": self.history,
                "student": self.student.state_dict(), "average": self.average.module.state_dict(),
                "heads": self.heads.state_dict(), "space": self.space,
                "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            },
            partial,
        )
        partial.replace(self.checkpoint)

    def _resume(self, state: dict) -> None:
        self.student.load_state_dict(state["student"])
        self.average.module.load_state_dict(state["average"])
        self.heads.load_state_dict(state["heads"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.space, self.step, self.history = state["space"], state["step"], state["history"]
