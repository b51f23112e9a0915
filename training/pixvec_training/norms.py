"""The averages that batch norms keep, taken anew."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .precision import quick
from .student import Student, normalise


@torch.no_grad()
def settle_norms(student: Student, pictures: Iterable[Tensor]) -> None:
    """Sets each norm to the plain mean over all batches of `pictures`, float pixels 0..255 [N, 3, S, S], in one pass: a
    norm sees what the ones before it make of a batch. Leaves the student in evaluation mode."""
    norms = [module for module in student.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean of all batches
    student.train()
    for pixels in pictures:
        maps_of(student, pixels)
    student.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def maps_of(student: Student, pixels: Tensor) -> Tensor:
    """In the numbers of the training."""
    with quick(pixels.device):
        return student.maps(normalise(pixels).contiguous(memory_format=torch.channels_last)).float()
