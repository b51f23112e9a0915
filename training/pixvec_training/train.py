"""Phase two: the joined student and the teacher on the same crops, by a plan of resolutions, resumable at any time."""

import signal
import time
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from .examples import Batch, Examples
from .losses import Losses, compare
from .mobilenet import MobileNetV2
from .muon import Muon
from .norms import maps_of, settle_norms
from .plan import Plan
from .precision import quick
from .processes import Alone, Together
from .ridge import fit_linear
from .student import EMBEDDING, LATE_BLOCKS, Student, TrainingHeads, normalise, parameters_in_millions
from .targets import fit_target_space

REPORT_EVERY = 50
FITTED = 10_000
"""Crops by which the heads are fitted in closed form before the training."""
SETTLED = 1280
"""Crops by which the norms of the joined stages are set."""


class Training:
    """One process of a training. Several on one machine share each batch (`together`)."""

    def __init__(self, examples: Examples, plan: Plan, stages: Path, teacher: Path, checkpoint: Path, device: str,
                 together: Together | Alone, start_from: Path | None = None, same_target: bool = False,
                 save_every: float = 600, late_blocks: int = LATE_BLOCKS) -> None:
        if plan.seconds is not None and together.count > 1:
            raise ValueError("Processes that train together have no common clock: give them a plan of steps.")
        self.examples, self.plan, self.checkpoint = examples, plan, checkpoint
        self.device, self.together, self.save_every = device, together, save_every
        torch.manual_seed(plan.seed)
        if device != "cpu":
            torch.set_float32_matmul_precision("high")
        taught, state = _load(stages), _load(checkpoint) or _load(start_from)
        _check_start(stages, taught, state, plan)
        self.student = Student(grafted=False, late_blocks=late_blocks)
        self.scale = taught["scale"].to(device) if taught else None
        self.teacher = MobileNetV2(teacher).to(device, memory_format=torch.channels_last)
        self.heads = TrainingHeads()
        self.step = 0
        self.history: list[dict] = state["history"] if state else [_told_of(taught)]
        if checkpoint.exists():
            self.student.graft().load_state_dict(state["student"])
            self.heads.load_state_dict(state["heads"])
            self.space = state["space"]
        elif state:
            # A new plan begins with the averaged weights: they are the better ones at any time.
            self.student.graft()
            begin_with(self.student, state["average"])
            self._fit_norms()
            self.heads.load_state_dict(state["heads"])
            if same_target:
                self.space = state["space"]
            else:
                self._fit_heads(taught=True)
        else:
            begin_with(self.student, taught["student"])
            self.student.graft()
            self._fit_norms()
            self._fit_heads()
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
            self.history.append({"seconds": 0.0, "samples": 0, "batch": plan.batch, "phases": plan.phases, "steps": {}})
        self._print(f"{examples.describe()}, {parameters_in_millions(self.student):.2f} M parameters, step {self.step}: "
                    f"{self.validate()}")

    def _fit_norms(self) -> None:
        """The norms of joined stages, which get other inputs than those that taught them, or of a plan before, whose
        pictures had other sides or were changed."""
        self.student.to(self.device, memory_format=torch.channels_last)
        settle_norms(self.student, (batch.pixels for batch in self.examples.first(SETTLED, self._size())))

    def _fit_heads(self, taught: bool = False) -> None:
        """The target space, and the linear heads in closed form (ridge regression), so that the training begins where
        the features already lead. Heads that a plan before has `taught` stay, but for the embedding's: it has a new aim."""
        self.student.to(self.device, memory_format=torch.channels_last).eval()
        features, maps, pooled, hints, answers = [], [], [], [], []
        with torch.no_grad():
            for batch in self.examples.first(FITTED, self._size()):
                said = maps_of(self.student, batch.pixels).cpu()
                features.append(said.mean((2, 3)))
                asked = self._asked(batch, hints=not taught)
                pooled.append(self._features(batch, asked).cpu())
                if not taught:
                    maps.append(said)
                    hints.append(self.scale(asked)[-2].cpu())
                given = batch.answers
                answers.append((given.cls.cpu(), given.tokens.mean(1, keepdim=True).cpu(), given.logits.cpu()))
        pooled, features = torch.cat(pooled), torch.cat(features)
        cls, tokens, logits = [torch.cat(parts) for parts in zip(*answers, strict=True)]
        self.space = fit_target_space(cls, tokens, logits, pooled, EMBEDDING)
        fit_linear(self.student.cpu().embed, features, self.space(cls, tokens, logits, pooled))
        if taught:
            return
        said = torch.cat(maps)
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
            torch.optim.AdamW(groups, self.plan.lr, betas=(0.9, 0.98), fused=self.device != "cpu"),
        ]

    def run(self) -> None:
        """Trains to the end of the plan, or until SIGTERM or SIGINT, and leaves a checkpoint either way."""
        stopping = False

        def stop(*_) -> None:
            nonlocal stopping
            stopping = True

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, stop)
        torch.backends.cudnn.benchmark = True
        self._last = since = saved = time.monotonic()
        sums: list[Tensor] = []
        while self._done() < 1 and not self.together.any(stopping):
            sums.append(self._one_step())
            if len(sums) == REPORT_EVERY:
                means = torch.stack(sums).mean(0).tolist()
                now = time.monotonic()
                self._print(f"step {self.step}, {self._done():.1%} at {self._size()} px, "
                            f"{len(sums) * self.plan.batch / (now - since):.0f}/s of {self.examples.describe()}, "
                            f"{_named(means)}")
                since, sums = now, []
                self._set_clock()
            if self.together.rank == 0 and time.monotonic() - saved > self.save_every:
                self.save()
                self._print(self.validate())
                saved = since = time.monotonic()
                sums = []
        if self.together.rank == 0:
            self.save()
            self._print(f"stopped at step {self.step}: {self.validate()}")

    def _done(self) -> float:
        return self.plan.done(self.step, self.history[-1]["seconds"])

    def _size(self) -> int:
        return self.plan.size_at(self._done())

    def _set_clock(self) -> None:
        """A plan by the clock may get another end while it runs: the number of seconds in `<run>.seconds`."""
        told = self.checkpoint.with_suffix(".seconds")
        if self.plan.seconds is not None and told.exists():
            self.plan = replace(self.plan, seconds=float(told.read_text()))

    def _one_step(self) -> Tensor:
        """The losses, on the device: reading them would wait for it."""
        plan, done, size = self.plan, self._done(), self._size()
        batch = self.examples.at(self.step, size, plan, self.together.rank, self.together.count)
        for optimizer, full in zip(self.optimizers, (plan.muon_lr, plan.lr), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = full * plan.rate_at(done)
        self.student.train()
        for stage in self.student.stages[: plan.frozen]:
            stage.eval()
        losses, hints = self._losses(self.student, batch)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        (losses.total() + plan.hints_at(done) * hints).backward()
        learning = [p for p in (*self.student.parameters(), *self.heads.parameters()) if p.requires_grad]
        self.together.average_gradients(learning)
        nn.utils.clip_grad_norm_(learning, 5.0)
        for optimizer in self.optimizers:
            optimizer.step()
        if self.together.rank == 0:
            self.average.update_parameters(self.student)
        self.step += 1
        now = time.monotonic()
        current = self.history[-1]
        current["seconds"] += now - self._last
        current["samples"] += plan.batch
        current["steps"][size] = current["steps"].get(size, 0) + 1
        self._last = now
        return _parts(losses, hints)

    def _losses(self, student: Student, batch: Batch) -> tuple[Losses, Tensor]:
        answers, hinted = batch.answers, self.plan.hints > 0
        said: list[Tensor] | None = [] if hinted else None
        asked = self._asked(batch, hinted)
        with quick(self.device):
            maps = student.maps(_prepared(batch.pixels), said)
            features = maps.float().mean((2, 3))
            patches = self.heads.tokens(maps).float()
            unexplained = self._unexplained([*said, self.heads.last_hint(maps)], asked) if hinted else torch.zeros(())
        target = self.space(answers.cls, answers.tokens, answers.logits, self._features(batch, asked))
        classes = self.heads.classes(features)
        compared = compare(student.embed(features), target, classes, answers.logits, patches, answers.grid)
        return compared, unexplained

    def _asked(self, batch: Batch, hints: bool) -> list[Tensor] | None:
        """The maps of MobileNetV2. It is asked for hints, and where nobody asked it about the views before."""
        if not hints and batch.answers.features is not None:
            return None
        with quick(self.device):
            return self.teacher(batch.pixels)

    def _features(self, batch: Batch, asked: list[Tensor] | None) -> Tensor:
        return batch.answers.features if asked is None else asked[-1].float().mean((2, 3))

    def _unexplained(self, said: list[Tensor], asked: list[Tensor]) -> Tensor:
        wanted = self.scale(asked)[:-1]
        return sum((s.float() - w).square().mean() for s, w in zip(said, [*wanted, wanted[-1]], strict=True))

    @torch.no_grad()
    def validate(self) -> str:
        """The averaged student on crops that it never learned from, as they are."""
        student = self.average.module.eval()
        losses = [_parts(*self._losses(student, batch)) for batch in self.examples.validation(self._size())]
        return f"validation at {self._size()} px: {_named(torch.stack(losses).mean(0).tolist())}"

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


def _check_start(stages: Path, taught: dict | None, state: dict | None, plan: Plan) -> None:
    if taught is None and (state is None or plan.hints > 0):
        raise ValueError(f"{stages} is missing: a plan from nothing, and one with hints, need the stages taught first.")
    if state and plan.hints > 0 and any("restored" in part for part in state["history"]):
        raise ValueError("A restored model has lost what only hints need: give its plans a hint weight of 0.")


def _told_of(taught: dict) -> dict:
    return {"stages": True, **{key: taught[key] for key in ("seconds", "samples", "side", "unexplained")}}


def begin_with(student: Student, weights: dict[str, Tensor]) -> None:
    """The weights of a plan before. Late blocks that it did not have begin as nothing; a restored one has no exits."""
    missing, unknown = student.load_state_dict(weights, strict=False)
    if unknown or any(not name.startswith(("extra.", "exits.")) for name in missing):
        raise ValueError(f"These are weights of another net: {[*unknown, *missing][:3]} …")


def _parts(losses: Losses, hints: Tensor) -> Tensor:
    parts = (losses.cosine, losses.relation, losses.classes, losses.tokens, hints)
    return torch.stack([part.detach() for part in parts])


def _named(parts: list[float]) -> str:
    cosine, relation, classes, tokens, hints = parts
    return (f"cosine {1 - cosine / 2:.4f} relation {relation:.5f} classes {classes:.3f} tokens {tokens:.4f} hints "
            f"{hints:.3f}")


def _prepared(pixels: Tensor) -> Tensor:
    return normalise(pixels).contiguous(memory_format=torch.channels_last)


def _load(path: Path | None) -> dict | None:
    return torch.load(path, map_location="cpu", weights_only=False) if path and path.exists() else None
