"""What is done at which part of the way."""

import unittest

from pixvec_training.plan import Plan


class APlan(unittest.TestCase):
    def test_goes_through_its_sizes_in_their_parts(self):
        plan = Plan(steps=100, phases=((128, 0.5), (192, 0.5)))
        self.assertEqual([plan.size_at(plan.done(step, 0)) for step in (0, 49, 50, 99)], [128, 128, 192, 192])

    def test_has_a_size_at_its_very_end(self):
        self.assertEqual(Plan(steps=3, phases=((128, 0.3), (160, 0.3), (192, 0.4))).size_at(1.0), 192)

    def test_warms_up_stays_and_ends_at_nothing(self):
        plan = Plan(steps=100)
        self.assertLess(plan.rate_at(0.0), 0.01)
        self.assertEqual(plan.rate_at(0.1), 1.0)
        self.assertEqual(plan.rate_at(1.0), 0.0)

    def test_by_the_clock_goes_by_seconds(self):
        self.assertEqual(Plan(seconds=200).done(step=7, seconds=50.0), 0.25)

    def test_has_steps_or_seconds(self):
        with self.assertRaises(ValueError):
            Plan()
        with self.assertRaises(ValueError):
            Plan(steps=1, seconds=1)
