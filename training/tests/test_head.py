"""The head that the model is served with."""

import unittest

import torch
from torch import nn

from pixvec_training.afterwards import join, whiten
from pixvec_training.head import Head
from pixvec_training.student import EMBEDDING, FEATURES


class TheHead(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        self.features = torch.rand(3000, FEATURES)
        with torch.no_grad():
            self.head = join(Head(nn.Linear(FEATURES, EMBEDDING), nn.Linear(FEATURES, 1000)), self.features)

    def test_says_vectors_of_length_one(self):
        said = self.head(self.features[:50])
        self.assertEqual(said.shape, (50, EMBEDDING))
        self.assertTrue(torch.allclose(said.norm(dim=1), torch.ones(50), atol=1e-5))

    def test_keeps_the_similarities_of_both_its_parts(self):
        with torch.no_grad():
            both = self.head.both(self.features[:50])
            turned = self.head.turn(both)
        lost = 1 - turned.square().sum(1) / both.square().sum(1)
        self.assertLess(float(lost.max()), 0.3, "the turn leaves out the directions of least variance alone")
        kept = torch.linalg.svdvals(self.head.turn.weight)
        self.assertTrue(torch.allclose(kept, torch.ones(EMBEDDING), atol=1e-3), "it turns, and stretches nothing")

    def test_puts_the_loudest_numbers_first(self):
        with torch.no_grad():
            spread = self.head.turn(self.head.both(self.features)).square().mean(0)
        self.assertGreater(float(spread[:512].sum()), float(spread[512:].sum()))
        self.assertTrue(bool((spread[:-1] >= spread[1:] - 1e-5).all()))

    def test_whitening_goes_into_the_layer_without_moving_its_mean_from_nothing(self):
        layer = nn.Linear(FEATURES, EMBEDDING)
        shares = torch.rand(3000, 5).softmax(1)
        with torch.no_grad():
            whiten(layer, self.features, shares)
            self.assertLess(float(layer(self.features).mean(0).abs().max()), 1e-2)
