"""Phase two: the joined student and the teacher on the same crops, by a plan of resolutions, resumable at any time."""

import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .augment import augment, follow, plain
from .crops import Crop
from .losses import Losses, compare
from .mobilenet import MobileNetV2
from .muon import Muon
from .processes import Alone, Together
from .ridge import fit_linear
from .store import GRID, Store
from .student import EMBEDDING, Student, TrainingHeads, normalise, parameters_in_millions
from .targets import TargetSpace, fit_target_space

VALIDATION = 1000
"""Crops that the plan never trains on and whose losses are printed. A plan of another seed chooses others."""
SAVE_EVERY_SECONDS = 600
BATCH = 50
RUN = 24
"""Crops that lie beside each other in the table come together: a disk reads them in one go, where the arrays are larger
than the memory. The table is mixed, so a batch of four runs is as varied as one of single crops."""


@dataclass(frozen=True)
class Plan:
    """`phases`: (side in pixels, part of all steps). `lr`: of AdamW; Muon's is `muon_lr`. `frozen`: how many of the
    first stages stay as phase one left them. `hints`: weight of what the stages are still told, which falls in a
    straight line to nothing at the end."""

    steps: int
    phases: tuple[tuple[int, float], ...] = ((160, 1.0),)
    batch: int = 96
    lr: float = 6e-4
    muon_lr: float = 0.015
    weight_decay: float = 0.02
    warmup: float = 0.03
    averaging: float = 0.998
    frozen: int = 0
    hints: float = 0.5
    seed: int = 1

    def __post_init__(self) -> None:
        if self.batch < RUN or self.batch % RUN:
            raise ValueError(f"A batch of {self.batch} crops cannot be read in runs: take a multiple of {RUN}.")

    def size_at(self, step: int) -> int:
        ends = np.cumsum([part for _, part in self.phases])
        index = int(np.searchsorted(ends, step / self.steps, side="right"))
        return self.phases[min(index, len(self.phases) - 1)][0]

    def rate_at(self, step: int) -> float:
        """Part of the full learning rate: a warm-up, a plateau, and a straight way down over the last 80 %."""
        done = step / self.steps
        return min(1.0, (done + 1e-4) / self.warmup, max(0.0, (1 - done) / 0.8))

    def hints_at(self, step: int) -> float:
        return self.hints * max(0.0, 1 - step / self.steps)


class Training:
    """One process of a training. Several on one machine share each batch (`together`)."""

    def __init__(self, store: Store, crops: list[Crop], banned: set[int], plan: Plan, stages: Path, teacher: Path,
                 checkpoint: Path, device: str, together: Together | Alone, start_from: Path | None = None) -> None:
        self.store, self.plan, self.checkpoint, self.device, self.together = store, plan, checkpoint, device, together
        rows = [row for row in store.labelled() if not crops[row].held_out and row not in banned]
        mixed = np.random.default_rng(plan.seed).permutation(np.array(rows))
        self.validation, self.rows = np.sort(mixed[:VALIDATION]), np.sort(mixed[VALIDATION:])
        torch.manual_seed(plan.seed)
        taught = torch.load(stages, map_location="cpu", weights_only=False)
        self.student = Student(grafted=False)
        self.scale = taught["scale"].to(device)
        self.teacher = MobileNetV2(teacher).to(device, memory_format=torch.channels_last)
        self.heads = TrainingHeads()
        self.step = 0
        self.history: list[dict] = [{"seconds": taught["seconds"], "samples": taught["samples"], "stages": True}]
        state = _load(checkpoint) or _load(start_from)
        some = self.rows[:5000]
        if checkpoint.exists():
            self.student.graft().load_state_dict(state["student"])
            self.heads.load_state_dict(state["heads"])
            self.space, self.history = state["space"], state["history"]
        elif state:
            # A new plan begins with the averaged weights: they are the better ones at any time.
            self.student.graft().load_state_dict(state["average"])
            self.heads.load_state_dict(state["heads"], strict=False)
            self.history = state["history"]
            self._fit_heads(some)
        else:
            self.student.load_state_dict(taught["student"])
            self.student.graft().to(memory_format=torch.channels_last)
            self._fit_norms(some[:1280])
            self._fit_heads(some)
        self.student.to(device, memory_format=torch.channels_last)
        self.heads.to(device)
        self.space = self.space.to(device)
        self.average = torch.optim.swa_utils.AveragedModel(
            self.student, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(plan.averaging), use_buffers=True
        )
        for stage in self.student.stages[: plan.frozen]:
            stage.requires_grad_(False)
        self.optimizers = self._optimizers()
        if checkpoint.exists():
            self._resume(state)
        else:
            self.history.append({"seconds": 0.0, "samples": 0, "phases": plan.phases, "batch": plan.batch})
        self._print(f"{len(self.rows)} crops, {parameters_in_millions(self.student):.2f} M parameters, step "
                    f"{self.step} of {plan.steps}: {self.validate()}")

    def _fit_norms(self, rows: np.ndarray) -> None:
        """The norms of the joined stages, which get other inputs than those that taught them."""
        self.student.to(self.device).train()
        with torch.no_grad(), torch.autocast(torch.device(self.device).type, torch.bfloat16):
            for start in range(0, len(rows), BATCH):
                self.student.maps(_prepared(self._plain(rows[start : start + BATCH]).to(self.device)))

    def _fit_heads(self, rows: np.ndarray) -> None:
        """The target space, and the linear heads in closed form (ridge regression), so that the training begins where
        the features already lead."""
        self.student.to(self.device).eval()
        maps, pooled, hints = [], [], []
        with torch.no_grad(), torch.autocast(torch.device(self.device).type, torch.bfloat16):
            for start in range(0, len(rows), BATCH):
                pixels = self._plain(rows[start : start + BATCH]).to(self.device)
                maps.append(self.student.maps(_prepared(pixels)).float().cpu())
                asked = self.teacher(pixels)
                pooled.append(asked[-1].float().mean((2, 3)).cpu())
                hints.append(self.scale(asked)[-2].cpu())
        said = torch.cat(maps)
        features = said.mean((2, 3))
        cls, tokens, logits = [taught.cpu() for taught in self._taught(rows)]
        answers = (cls, tokens, logits, torch.cat(pooled))
        self.space = fit_target_space(*answers, EMBEDDING)
        fit_linear(self.student.embed, features, self.space(*answers))
        fit_linear(self.heads.classes, features, logits)
        places = lambda values: values.permute(0, 2, 3, 1).flatten(0, 2)[::3]  # noqa: E731
        fit_linear(self.heads.last_hint, places(said), places(torch.cat(hints)))

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        matrices, others = [], []
        for name, parameter in self.student.named_parameters():
            if parameter.requires_grad:
                matrix = parameter.ndim == 4 and parameter.shape[1] > 1 and not name.startswith(("exits", "stages.0.0"))
                (matrices if matrix else others).append(parameter)
        others += list(self.heads.parameters())
        decayed = [p for p in others if p.ndim == 2]
        plain_ones = [p for p in others if p.ndim != 2]
        groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain_ones, "weight_decay": 0.0}]
        return [
            Muon(matrices, self.plan.muon_lr, weight_decay=self.plan.weight_decay, together=self.together),
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
        while self.step < self.plan.steps and not self.together.any(stopping):
            sums.append(self._one_step())
            seen += self.plan.batch
            if self.step % 50 == 0:
                now = time.monotonic()
                means = np.mean(sums, 0)
                self._print(f"step {self.step} of {self.plan.steps} at {self._size()} px, {seen / (now - since):.0f}/s, "
                            f"cosine {1 - means[0] / 2:.4f} relation {means[1]:.5f} classes {means[2]:.3f} tokens "
                            f"{means[3]:.4f} hints {means[4]:.3f}")
                since, seen, sums = now, 0, []
            if self.together.rank == 0 and time.monotonic() - saved > SAVE_EVERY_SECONDS:
                self.save()
                self._print(self.validate())
                saved = since = time.monotonic()
        if self.together.rank == 0:
            self.save()
            self._print(f"stopped at step {self.step}: {self.validate()}")

    def _size(self) -> int:
        return self.plan.size_at(self.step)

    def _one_step(self) -> list[float]:
        plan = self.plan
        started = time.monotonic()
        rng = torch.Generator().manual_seed((plan.seed * 1_000_003 + self.step) * 64 + self.together.rank)
        rows = self._rows_of(self.step)[self.together.rank :: self.together.count]
        seen = augment(torch.from_numpy(self.store.views[rows]), self._size(), rng)
        for optimizer, full in zip(self.optimizers, (plan.muon_lr, plan.lr), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = full * plan.rate_at(self.step)
        self.student.train()
        for stage in self.student.stages[: plan.frozen]:
            stage.eval()
        losses, hints = self._losses(self.student, seen.pixels, seen.affine, rows)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        (losses.total() + plan.hints_at(self.step) * hints).backward()
        learning = [p for p in (*self.student.parameters(), *self.heads.parameters()) if p.requires_grad]
        self.together.average_gradients(learning)
        nn.utils.clip_grad_norm_(learning, 5.0)
        for optimizer in self.optimizers:
            optimizer.step()
        if self.together.rank == 0:
            self.average.update_parameters(self.student)
        self.step += 1
        self.history[-1]["seconds"] += time.monotonic() - started
        self.history[-1]["samples"] += plan.batch
        parts = (losses.cosine, losses.relation, losses.classes, losses.tokens, hints)
        return [float(torch.as_tensor(value).detach()) for value in parts]

    def _rows_of(self, step: int) -> np.ndarray:
        """The rows of a step: each epoch its own order of the runs, known from the step alone, so that a run resumes
        exactly."""
        runs = len(self.rows) // RUN
        per_batch = self.plan.batch // RUN
        epoch, place = divmod(step, runs // per_batch)
        order = np.random.default_rng([self.plan.seed, epoch]).permutation(runs)
        chosen = np.sort(order[place * per_batch : (place + 1) * per_batch])
        return np.concatenate([self.rows[run * RUN : (run + 1) * RUN] for run in chosen])

    def _losses(self, student: Student, pixels: Tensor, affine: Tensor, rows: np.ndarray) -> tuple[Losses, Tensor]:
        cls, tokens, logits = self._taught(rows)
        pixels, affine = pixels.to(self.device), affine.to(self.device)
        said: list[Tensor] = []
        with torch.autocast(torch.device(self.device).type, torch.bfloat16):
            asked = self.teacher(pixels)
            maps = student.maps(_prepared(pixels), said)
            said.append(self.heads.last_hint(maps))
            features = maps.float().mean((2, 3))
            patches = self.heads.tokens(maps).float()
            wanted = self.scale(asked)[:-1]
            unexplained = [(s.float() - w).square().mean() for s, w in zip(said, [*wanted, wanted[-1]], strict=True)]
        grid = follow(tokens.transpose(1, 2).reshape(-1, 192, GRID, GRID), affine, patches.shape[-1])
        target = self.space(cls, tokens, logits, asked[-1].float().mean((2, 3)))
        compared = compare(student.embed(features), target, self.heads.classes(features), logits, patches, grid)
        return compared, sum(unexplained)

    def _taught(self, rows: np.ndarray) -> list[Tensor]:
        arrays = (self.store.cls, self.store.tokens, self.store.logits)
        return [torch.from_numpy(a[rows].astype(np.float32)).to(self.device) for a in arrays]

    def _plain(self, rows: np.ndarray) -> Tensor:
        return plain(torch.from_numpy(self.store.views[rows]), self._size())

    @torch.no_grad()
    def validate(self) -> str:
        """The averaged student on crops that it never learned from, in float32."""
        student = self.average.module.eval()
        whole = torch.tensor([[[1.0, 0, 0], [0, 1.0, 0]]])
        parts = []
        for start in range(0, len(self.validation), 100):
            rows = self.validation[start : start + 100]
            pixels = plain(torch.from_numpy(self.store.views[rows]), self._size())
            losses, hints = self._losses(student, pixels, whole.expand(len(rows), -1, -1), rows)
            parts.append([float(v) for v in (losses.cosine, losses.relation, losses.classes, losses.tokens, hints)])
        means = np.mean(parts, 0)
        return (f"validation at {self._size()} px: cosine {1 - means[0] / 2:.4f} relation {means[1]:.5f} "
                f"classes {means[2]:.3f} tokens {means[3]:.4f} hints {means[4]:.3f}")

    def save(self) -> None:
        """Written beside and moved into place, so that a stop at any moment leaves a whole checkpoint."""
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(
            {
                "step": self.step, "history": self.history, "student": self.student.state_dict(),
                "average": self.average.module.state_dict(), "heads": self.heads.state_dict(),
                "space": self.space.to("cpu"),
                "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            },
            partial,
        )
        partial.replace(self.checkpoint)

    def _resume(self, state: dict) -> None:
        self.average.module.load_state_dict(state["average"])
        self.average.n_averaged.fill_(state["step"])  # at 0 it would begin anew with the weights of the next step
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step = state["step"]

    def _print(self, text: str) -> None:
        if self.together.rank == 0:
            print(f"{time.strftime('%T')} {text}", flush=True)


def _prepared(pixels: Tensor) -> Tensor:
    return normalise(pixels).contiguous(memory_format=torch.channels_last)


def _load(path: Path | None) -> dict | None:
    return torch.load(path, map_location="cpu", weights_only=False) if path and path.exists() else None
