"""In which numbers the nets are computed."""

import time
from functools import cache

import torch
import torch.nn.functional as F

TRIES = 5


def quick_type(device: str | torch.device) -> torch.dtype:
    """bfloat16 where that is faster, as on every GPU and on CPUs that multiply in it at twice the rate; float32
    elsewhere: on a core with AVX-512 alone ViT-Ti answers 66 and not 40 times a second, and a step takes 0.8 of the
    time."""
    on_cpu = torch.device(device).type == "cpu"
    return torch.float32 if on_cpu and not _half_is_faster() else torch.bfloat16


def quick(device: str | torch.device) -> torch.autocast:
    """What is computed within it is computed in these numbers."""
    kind, numbers = torch.device(device).type, quick_type(device)
    return torch.autocast(kind, torch.bfloat16, enabled=numbers is torch.bfloat16)


@cache
@torch.no_grad()
def _half_is_faster() -> bool:
    """By a race of one of the student's late convolutions."""
    # No random numbers: a training that was given a seed must not depend on whether it raced before.
    maps = torch.ones(48, 384, 6, 6).contiguous(memory_format=torch.channels_last)
    weights = torch.ones(1152, 384, 1, 1).contiguous(memory_format=torch.channels_last)

    def seconds(half: bool) -> float:
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            start = time.perf_counter()
            F.conv2d(maps, weights)
            return time.perf_counter() - start

    wide, narrow = zip(*[(seconds(False), seconds(True)) for _ in range(TRIES)], strict=True)
    return min(narrow) < min(wide)
