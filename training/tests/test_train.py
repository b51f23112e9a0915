"""A plan that goes on from another one, from its checkpoint to the next."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import torch
from torch import nn

from pixvec_training.examples import Answers, Batch, map_side
from pixvec_training.plan import Plan
from pixvec_training.processes import Alone
from pixvec_training.student import EMBEDDING, Student, TrainingHeads
from pixvec_training.targets import fit_target_space
from pixvec_training.train import Training

BEFORE = {"seconds": 60.0, "samples": 960, "steps": {"64": 10}, "restored": "a hash"}


class Noise:
    """Examples of the shapes that a store gives."""

    def __init__(self) -> None:
        self.made = torch.Generator().manual_seed(1)

    def batch(self, side: int) -> Batch:
        drawn = lambda *shape: torch.randn(*shape, generator=self.made)  # noqa: E731
        places = map_side(side)
        grid = drawn(8, 192, places, places)
        answers = Answers(drawn(8, 192), drawn(8, 36, 192), drawn(8, 1000), grid, drawn(8, 1280))
        return Batch(255 * torch.rand(8, 3, side, side, generator=self.made), answers)

    def first(self, count, side):
        yield self.batch(side)

    def validation(self, side):
        yield self.batch(side)

    def at(self, step, side, plan, rank=0, count=1):
        return self.batch(side)

    def describe(self):
        return "noise"


class GoingOn(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        student = Student(grafted=True)
        kept = {name: value for name, value in student.state_dict().items() if not name.startswith("exits.")}
        answers = [torch.randn(1100, *shape) for shape in ((192,), (1, 192), (1000,), (1280,))]
        space = fit_target_space(*answers, EMBEDDING)
        heads = TrainingHeads().state_dict()
        torch.save({"average": kept, "heads": heads, "space": space, "history": [BEFORE]}, self.folder / "restored.pt")

    def train(self, steps: int) -> Training:
        plan = Plan(steps=steps, phases=((64, 1.0),), batch=8, hints=0)
        with mock.patch("pixvec_training.train.MobileNetV2", lambda path: nn.Identity()), \
                contextlib.redirect_stdout(io.StringIO()):
            training = Training(
                Noise(), plan, self.folder / "stages.pt", self.folder / "none.onnx", self.folder / "run.pt", "cpu",
                Alone(), start_from=self.folder / "restored.pt", same_target=True,
            )
            training.run()
        return training

    def test_keeps_what_the_plans_before_were_and_needs_no_stages(self):
        training = self.train(2)
        self.assertEqual(training.history[0], BEFORE)
        self.assertEqual(training.history[1]["samples"], 16)

    def test_a_stopped_plan_goes_on_at_its_step(self):
        self.train(1)
        again = self.train(3)
        self.assertEqual(again.step, 3)
        self.assertEqual([part["samples"] for part in again.history], [960, 24])
