"""Several processes that share each batch: on CPUs one of one thread for each core, which is far faster than one
process of several threads, above all on a machine that does other things too."""

import os
from collections.abc import Callable
from pathlib import Path

import torch
import torch.distributed as distributed
from torch import Tensor

Work = Callable[[list[Tensor]], list[Tensor]]


class Alone:
    rank, count = 0, 1

    def average_gradients(self, parameters: list[Tensor]) -> None:
        """Nobody to share with."""

    def share(self, inputs: list[Tensor], costs: list[float], work: "Work") -> list[Tensor]:
        return work(inputs)

    def any(self, flag: bool) -> bool:
        return flag


class Together:
    def __init__(self, rank: int, count: int, meeting_point: Path) -> None:
        self.rank, self.count = rank, count
        distributed.init_process_group("gloo", init_method=f"file://{meeting_point.absolute()}", rank=rank, world_size=count)

    def average_gradients(self, parameters: list[Tensor]) -> None:
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        joined = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(joined)
        joined /= self.count
        for gradient, part in zip(gradients, joined.split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(part.view_as(gradient))

    def share(self, inputs: list[Tensor], costs: list[float], work: "Work") -> list[Tensor]:
        """`work` of the inputs, which keep their shapes: each process does a part of about the same cost, all get all."""
        mine = sorted(_parts(costs, self.count)[self.rank])
        done = [torch.zeros_like(given) for given in inputs]
        for place, result in zip(mine, work([inputs[place] for place in mine]), strict=True):
            done[place] = result
        joined = torch.cat([result.flatten() for result in done])
        distributed.all_reduce(joined)
        pieces = joined.split([given.numel() for given in inputs])
        return [piece.view_as(given) for piece, given in zip(pieces, inputs, strict=True)]

    def any(self, flag: bool) -> bool:
        """True for all as soon as it is true for one, so that all stop after the same step."""
        said = torch.tensor([1.0 if flag else 0.0])
        distributed.all_reduce(said)
        return bool(said.item() > 0)


def _parts(costs: list[float], count: int) -> list[set[int]]:
    """Places of `costs` in `count` sets: each, the dearest first, goes to the set that has cost least so far."""
    parts: list[set[int]] = [set() for _ in range(count)]
    spent = [0.0] * count
    for place in sorted(range(len(costs)), key=lambda place: -costs[place]):
        least = spent.index(min(spent))
        parts[least].add(place)
        spent[least] += costs[place]
    return parts


def run_together(count: int, meeting_point: Path, work: Callable[[Together | Alone], None]) -> None:
    """Runs `work` in `count` processes (by fork), or here when it is one."""
    if count == 1:
        work(Alone())
        return
    meeting_point.unlink(missing_ok=True)
    children = []
    for rank in range(count):
        child = os.fork()
        if child == 0:
            torch.set_num_threads(1)
            try:
                work(Together(rank, count, meeting_point))
                os._exit(0)
            except BaseException:
                import traceback

                traceback.print_exc()
                os._exit(1)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    meeting_point.unlink(missing_ok=True)
    if any(codes):
        raise SystemExit(f"a process of the training failed: {codes}")
