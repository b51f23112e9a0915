"""What is done to a view."""

import unittest

import torch

from pixvec_training.augment import augment

SIDE = 64


class Coarser(unittest.TestCase):
    def test_takes_detail_from_a_part_of_the_pictures(self):
        views = _views(64)
        sharp, mixed, coarse = (_detail(augment(views, SIDE, _rng(), 1.0, part).pixels) for part in (0.0, 0.5, 1.0))
        self.assertTrue((coarse < 0.7 * sharp).all())
        lost = (mixed < 0.7 * sharp).float().mean()
        self.assertTrue(0.25 < lost < 0.75)


def _detail(pixels: torch.Tensor) -> torch.Tensor:
    """How far neighbours differ, for each picture."""
    return pixels.diff(dim=3).abs().mean((1, 2, 3))


def _views(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, SIDE, SIDE, 3), generator=_rng(), dtype=torch.uint8)


def _rng() -> torch.Generator:
    return torch.Generator().manual_seed(1)
