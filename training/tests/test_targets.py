"""What the embedding shall be."""

import unittest

import torch
import torch.nn.functional as F

from pixvec_training.targets import fit_target_space, within_class_whitening


class WithinClassWhitening(unittest.TestCase):
    def test_leaves_about_the_same_variance_in_all_directions_within_a_class(self):
        rng = torch.Generator().manual_seed(1)
        spreads = torch.tensor([3.0, 1.0, 0.3, 0.1])
        label = torch.arange(4000) % 2
        vectors = torch.randn(4000, 4, generator=rng) * spreads
        vectors[:, 3] += 5.0 * label
        whitening = within_class_whitening(vectors, F.one_hot(label).float(), shrinkage=0.0)
        within = (vectors @ whitening)[label == 0].std(0)
        self.assertLess(float((within - 1).abs().max()), 0.05)

    def test_brings_classes_apart_that_a_loud_direction_hid(self):
        rng = torch.Generator().manual_seed(2)
        label = torch.arange(400) % 2
        loud = 10 * torch.randn(400, 5, generator=rng)
        quiet = label - 0.5 + 0.1 * torch.randn(400, generator=rng)
        vectors = torch.cat([loud, quiet[:, None]], 1)
        right = _nearest_is_of_its_class(vectors, label)
        whitened = vectors @ within_class_whitening(vectors, F.one_hot(label).float(), shrinkage=1e-5)
        self.assertLess(right, 0.9)
        self.assertGreater(_nearest_is_of_its_class(whitened, label), 0.99)

    def test_is_a_scaling_where_shrinkage_outweighs_all_differences(self):
        vectors = torch.randn(500, 3, generator=torch.Generator().manual_seed(3)) * torch.tensor([1.0, 2.0, 3.0])
        whitening = within_class_whitening(vectors, torch.ones(500, 1), shrinkage=1e6)
        off = whitening / whitening.diagonal().mean() - torch.eye(3)
        self.assertLess(float(off.abs().max()), 1e-3)


class TargetSpace(unittest.TestCase):
    def setUp(self):
        rng = torch.Generator().manual_seed(4)
        kinds = torch.randint(0, 10, (600,), generator=rng)
        self.answers = [
            torch.randn(10, width, generator=rng)[kinds] + 0.5 * torch.randn(600, width, generator=rng)
            for width in (12, 1000, 32)
        ]
        cls, logits, features = self.answers
        tokens = torch.randn(600, 4, 12, generator=rng)
        self.given = (cls, tokens, 3 * logits, features)
        self.space = fit_target_space(*self.given, 24)

    def test_targets_have_length_one(self):
        self.assertTrue(torch.allclose(self.space(*self.given).norm(dim=1), torch.ones(600), atol=1e-5))

    def test_numbers_come_in_the_order_of_their_variance(self):
        spread = self.space(*self.given).square().mean(0)
        self.assertTrue(bool((spread[:-1] >= spread[1:] * 0.999).all()))


def _nearest_is_of_its_class(vectors: torch.Tensor, label: torch.Tensor) -> float:
    away = torch.cdist(vectors, vectors)
    away.fill_diagonal_(torch.inf)
    return float((label[away.argmin(1)] == label).float().mean())
