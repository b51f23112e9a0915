"""The figures of the quality table, on examples that can be counted by hand."""

import unittest

import numpy as np

from pixvec_training.metrics import effective_rank, found_again, retrieval


class Retrieval(unittest.TestCase):
    def test_counts_what_stands_before_what(self):
        angles = np.radians([0, 10, 20, 30, 90])
        vectors = np.stack([np.cos(angles), np.sin(angles)], 1)
        labels = np.array(["a", "a", "b", "a", "b"])
        figures = retrieval(vectors, labels, np.array([True, False, False, False, False]))
        # Of the query's kind: the first and the third of four. AP = (1/1 + 2/3) / 2.
        self.assertEqual(figures["P@1"], 100.0)
        self.assertEqual(figures["mAP@20"], 83.3)

    def test_divides_by_what_could_be_found(self):
        vectors = np.array([[1, 0], [1, 0.1], [0, 1]], float)
        figures = retrieval(vectors, np.array(["a", "a", "b"]), np.array([True, False, False]))
        self.assertEqual(figures["mAP@20"], 100.0)

    def test_does_not_care_for_lengths(self):
        vectors = np.array([[1, 0], [100, 10], [0, 0.01]], float)
        figures = retrieval(vectors, np.array(["a", "a", "b"]), np.array([True, False, False]))
        self.assertEqual(figures["P@1"], 100.0)


class TheRest(unittest.TestCase):
    def test_a_copy_is_found_when_its_own_original_is_nearest(self):
        originals = np.eye(4)
        changed = np.eye(4)
        changed[3] = [1, 0, 0, 0.5]
        self.assertEqual(found_again(originals, changed), 75.0)

    def test_effective_rank_counts_directions(self):
        rng = np.random.default_rng(1)
        self.assertAlmostEqual(effective_rank(rng.normal(size=(20_000, 8))), 8, delta=0.1)
        self.assertAlmostEqual(effective_rank(rng.normal(size=(20_000, 8)) * ([1] * 2 + [0.001] * 6)), 2, delta=0.1)
