"""Which crops a step of the training sees."""

import unittest
from collections import Counter

import numpy as np

from pixvec_training.examples import RUN, VALIDATION, Labelled, spread
from pixvec_training.plan import Plan

ROWS = np.arange(VALIDATION + 200 * RUN)
RARE = ROWS < len(ROWS) // 2
PLAN = Plan(steps=1000, batch=4 * RUN, seed=7)


def rows_of(examples: Labelled, steps: range) -> list[int]:
    return [int(row) for step in steps for run in examples._runs_of(step, PLAN) for row in run]


class Epochs(unittest.TestCase):
    def test_an_epoch_shows_each_crop_once_and_the_next_one_in_another_order(self):
        examples = Labelled(None, ROWS, PLAN, "cpu")
        first, second = rows_of(examples, range(50)), rows_of(examples, range(50, 100))
        self.assertEqual(set(first), set(examples.rows.tolist()))
        self.assertEqual(len(first), len(set(first)))
        self.assertEqual(set(first), set(second))
        self.assertNotEqual(first, second)

    def test_crops_that_are_shown_rarely_take_part_in_that_part_of_the_epochs(self):
        examples = Labelled(None, ROWS, PLAN, "cpu", np.where(RARE, 0.25, 1.0))
        lengths = [len(examples._epoch(epoch, PLAN.seed)[0]) // RUN // 4 for epoch in range(8)]
        seen = Counter(rows_of(examples, range(sum(lengths))))
        rare = np.array([seen[row] for row in examples.rows if RARE[row]])
        others = np.array([seen[row] for row in examples.rows if not RARE[row]])
        self.assertAlmostEqual(rare.mean(), 2.0, delta=0.15)
        self.assertGreater(others.mean(), 7.7)
        self.assertEqual(seen.most_common(1)[0][1], 8)

    def test_too_few_crops_for_a_batch_are_refused(self):
        examples = Labelled(None, ROWS[: VALIDATION + 3 * RUN], PLAN, "cpu")
        with self.assertRaisesRegex(ValueError, "shows 72 crops, and a batch has 96"):
            examples._runs_of(0, PLAN)

    def test_a_sample_reaches_from_the_first_crop_to_the_last_and_takes_none_twice(self):
        rows = np.arange(10, 1010, 3)
        sample = spread(rows, 100)
        self.assertEqual((sample[0], sample[-1], len(set(sample))), (rows[0], rows[-1], 100))
        np.testing.assert_array_equal(spread(rows, 5000), rows)

    def test_validation_is_never_shown(self):
        examples = Labelled(None, ROWS, PLAN, "cpu", np.where(RARE, 0.5, 1.0))
        self.assertFalse(set(examples.kept.tolist()) & set(rows_of(examples, range(120))))


if __name__ == "__main__":
    unittest.main()
