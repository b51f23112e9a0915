"""The plan of a training: what is done at which part of the way, by steps or by the clock."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Plan:
    """`steps` of the whole, or `seconds` of it where a machine is lent for a time (a run by the clock is not repeated to
    the bit; its record says how many steps each phase had). `phases`: (side in pixels, part of the way). `lr`: of AdamW;
    Muon's is `muon_lr`. `frozen`: how many of the first stages stay as they were. `hints`: weight of what the stages are
    still told, which falls in a straight line to nothing at the end. `smallest`: least edge of a crop of a view. `mixed`:
    part of the pictures that are laid over another one. `coarse`: part of them that are made small and large again."""

    steps: int | None = None
    seconds: float | None = None
    phases: tuple[tuple[int, float], ...] = ((160, 1.0),)
    batch: int = 96
    lr: float = 6e-4
    muon_lr: float = 0.015
    weight_decay: float = 0.02
    warmup: float = 0.03
    averaging: float = 0.998
    frozen: int = 0
    hints: float = 0.5
    smallest: float = 0.7
    mixed: float = 0.0
    coarse: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.seconds is None):
            raise ValueError("A plan has a number of steps or of seconds.")

    def done(self, step: int, seconds: float) -> float:
        """Part of the way, 0..1."""
        return min(1.0, step / self.steps if self.steps is not None else seconds / self.seconds)

    def size_at(self, done: float) -> int:
        ends = np.cumsum([part for _, part in self.phases])
        index = int(np.searchsorted(ends, done, side="right"))
        return self.phases[min(index, len(self.phases) - 1)][0]

    def rate_at(self, done: float) -> float:
        """Part of the full learning rate: a warm-up, a plateau, and a straight way down over the last 80 %."""
        return min(1.0, (done + 1e-4) / self.warmup, max(0.0, (1 - done) / 0.8))

    def hints_at(self, done: float) -> float:
        return self.hints * max(0.0, 1 - done)
