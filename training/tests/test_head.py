"""The head that the model is served with."""

import unittest

import torch
import torch.nn.functional as F
from torch import nn

from pixvec_training.afterwards import whiten
from pixvec_training.head import RANK, SHARE, join, narrow, roots
from pixvec_training.student import EMBEDDING, FEATURES


class TheHead(unittest.TestCase):
    @classmethod
    @torch.no_grad()
    def setUpClass(cls):
        torch.manual_seed(1)
        cls.features = torch.rand(3000, FEATURES)
        cls.embed, cls.classes = nn.Linear(FEATURES, EMBEDDING), nn.Linear(FEATURES, 1000)
        cls.head = join(cls.embed, cls.classes, cls.features)
        cls.said = cls.head(cls.features)

    def test_says_vectors_of_length_one(self):
        self.assertEqual(self.said.shape, (3000, EMBEDDING))
        self.assertTrue(torch.allclose(self.said.norm(dim=1), torch.ones(3000), atol=1e-5))

    @torch.no_grad()
    def test_keeps_the_similarities_of_both_parts(self):
        target, seen = self.embed(self.features), roots(self.classes, self.features)
        seen = seen - seen.mean(0)
        both = torch.cat([target / target.norm(dim=1).mean(), SHARE * seen / seen.norm(dim=1).mean()], 1)
        both = F.normalize(both[:100], dim=1)
        off = self.said[:100] @ self.said[:100].T - both @ both.T
        self.assertLess(float(off.abs().max()), 0.02)

    def test_puts_the_loudest_numbers_first(self):
        spread = self.said.square().mean(0)
        self.assertGreater(float(spread[:512].sum()), float(spread[512:].sum()))

    @torch.no_grad()
    def test_a_narrow_layer_says_what_a_layer_of_its_rank_says(self):
        classes = nn.Linear(FEATURES, 1000)
        classes.weight.copy_(torch.randn(1000, RANK) @ torch.randn(RANK, FEATURES) / RANK)
        off = narrow(classes, self.features)(self.features) - classes(self.features)
        self.assertLess(float(off.abs().max()), 1e-2)

    @torch.no_grad()
    def test_whitening_goes_into_the_layer_and_leaves_no_mean(self):
        layer = nn.Linear(FEATURES, EMBEDDING)
        whiten(layer, self.features, torch.rand(3000, 5).softmax(1))
        self.assertLess(float(layer(self.features).mean(0).abs().max()), 1e-2)
