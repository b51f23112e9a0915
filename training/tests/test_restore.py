"""Going on from an exported model."""

import tempfile
import unittest
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

from pixvec_training.export import write
from pixvec_training.head import join, narrow
from pixvec_training.plan import Plan
from pixvec_training.restore import _difference, _head_with, _student_with, _weights_in, restore, take_norms_out
from pixvec_training.student import EMBEDDING, FEATURES, Student, normalise
from pixvec_training.train import _check_start


class Restored(unittest.TestCase):
    @classmethod
    @torch.no_grad()
    def setUpClass(cls):
        torch.manual_seed(1)
        student = Student(grafted=True, late_blocks=1).eval()
        for module in student.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.8, 1.2)
                nn.init.uniform_(module.bias, -0.1, 0.1)
                nn.init.uniform_(module.running_var, 0.8, 1.2)
        said = torch.rand(1500, FEATURES)
        head = join(nn.Linear(FEATURES, EMBEDDING), narrow(nn.Linear(FEATURES, 1000), said), said)
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "model.onnx"
            write(student, head, path, 64)
            weights = _weights_in(path)
            cls.student, cls.head = _student_with(weights), _head_with(weights)
            cls.difference = _difference(path, cls.student, cls.head, 64)
        cls.pixels = normalise(255 * torch.rand(8, 3, 64, 64))

    def test_the_net_says_what_the_file_says(self):
        self.assertLess(self.difference, 1e-5)

    @torch.no_grad()
    def test_norms_come_out_without_a_change_to_what_it_says(self):
        before = self.student.maps(self.pixels)
        take_norms_out(self.student, [self.pixels])
        torch.testing.assert_close(self.student.maps(self.pixels), before, atol=1e-4, rtol=1e-3)
        self.student.train()
        torch.testing.assert_close(self.student.maps(self.pixels), before, atol=1e-3, rtol=1e-2)
        self.student.eval()

    def test_a_file_of_another_net_is_refused(self):
        value = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1])
        graph = helper.make_graph([helper.make_node("Identity", ["image"], ["same"])], "another", [value], [])
        with tempfile.TemporaryDirectory() as name:
            onnx.save(helper.make_model(graph), str(Path(name) / "other.onnx"))
            with self.assertRaisesRegex(ValueError, "no export of this net"):
                restore(Path(name) / "other.onnx", [], None, None, 64)

    def test_a_plan_with_hints_is_refused(self):
        state = {"history": [{"restored": "a hash"}]}
        _check_start(Path("stages.pt"), None, state, Plan(10, hints=0))
        with self.assertRaisesRegex(ValueError, "hint weight of 0"):
            _check_start(Path("stages.pt"), {}, state, Plan(10, hints=0.5))
        with self.assertRaisesRegex(ValueError, "stages.pt is missing"):
            _check_start(Path("stages.pt"), None, None, Plan(10, hints=0))
