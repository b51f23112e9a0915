"""The head set in closed form, from where the training left it."""

import unittest

import torch
import torch.nn.functional as F
from torch import nn

from pixvec_training.afterwards import settle_head

FEATURES, NUMBERS = 64, 32


class SettledHead(unittest.TestCase):
    @torch.no_grad()
    def setUp(self):
        torch.manual_seed(1)
        self.truth = nn.Linear(FEATURES, NUMBERS)

    @torch.no_grad()
    def test_is_nearer_than_the_trained_one(self):
        said, wanted = self._crops(2000, noise=0.1)
        head = self._trained(off=0.5)
        before = self._nearness(head)
        _, promised = settle_head(head, said, wanted)
        self.assertGreater(self._nearness(head), before + 0.02)
        self.assertAlmostEqual(promised, float(F.cosine_similarity(head(said), wanted, dim=1).mean()), delta=0.03)

    @torch.no_grad()
    def test_stays_where_too_few_crops_know_less_than_the_training_did(self):
        said, wanted = self._crops(80, noise=1.0)
        head = self._trained(off=0.05)
        before = self._nearness(head)
        ridge, _ = settle_head(head, said, wanted)
        self.assertEqual(ridge, 10)
        self.assertGreater(self._nearness(head), before - 0.02)

    def _crops(self, count: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
        said = torch.randn(count, FEATURES)
        return said, F.normalize(self.truth(said) + noise * torch.randn(count, NUMBERS), dim=1)

    def _trained(self, off: float) -> nn.Linear:
        """A head as a training leaves it: at any scale, and not quite right."""
        head = nn.Linear(FEATURES, NUMBERS)
        head.weight.copy_(5 * (self.truth.weight + off * self.truth.weight.std() * torch.randn(NUMBERS, FEATURES)))
        head.bias.copy_(5 * self.truth.bias)
        return head

    def _nearness(self, head: nn.Linear) -> float:
        said = torch.randn(500, FEATURES, generator=torch.Generator().manual_seed(2))
        return float(F.cosine_similarity(head(said), self.truth(said), dim=1).mean())
