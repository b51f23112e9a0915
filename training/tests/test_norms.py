"""The averages of the norms, taken anew."""

import unittest

import torch
from torch import nn

from pixvec_training.norms import settle_norms
from pixvec_training.student import Student


class Norms(unittest.TestCase):
    def test_keep_the_plain_mean_over_the_batches_whatever_they_had_before(self):
        student = Student(grafted=True, late_blocks=0)
        norm = student.stages[0][0].entry[1]
        nn.init.constant_(norm.running_mean, 1000.0)
        batches = [255 * torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(seed)) for seed in range(3)]
        seen = []
        handle = student.stages[0][0].entry[0].register_forward_hook(
            lambda _, __, said: seen.append(said.float().mean((0, 2, 3)))
        )
        settle_norms(student, batches)
        handle.remove()
        torch.testing.assert_close(norm.running_mean, torch.stack(seen).mean(0), atol=1e-3, rtol=1e-2)
        self.assertEqual(norm.momentum, 0.1)
        self.assertFalse(student.training)
