"""In which numbers the nets are computed."""

import unittest

import torch

from pixvec_training.precision import _half_is_faster, quick, quick_type


class Numbers(unittest.TestCase):
    def test_are_the_same_for_what_is_computed_within_and_for_who_asks(self):
        with quick("cpu"):
            said = torch.nn.functional.linear(torch.ones(2, 3), torch.ones(4, 3))
        self.assertIs(said.dtype, quick_type("cpu"))

    def test_a_gpu_computes_in_bfloat16(self):
        self.assertIs(quick_type("cuda"), torch.bfloat16)

    def test_the_race_takes_no_random_number(self):
        torch.manual_seed(1)
        expected = torch.rand(1)
        torch.manual_seed(1)
        _half_is_faster.cache_clear()
        quick_type("cpu")
        self.assertEqual(torch.rand(1), expected)
