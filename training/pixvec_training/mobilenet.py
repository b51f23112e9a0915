"""The net that teaches the stages: MobileNetV2, read from its ONNX file, with the maps at its bottlenecks."""

from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn

MEAN = (0.485 * 255, 0.456 * 255, 0.406 * 255)
STD = (0.229 * 255, 0.224 * 255, 0.225 * 255)
HINTED_BOTTLENECKS = (2, 5, 9, 12, 15, 16)
"""Which bottlenecks' outputs are hints, counted from 0: the last ones of a width, at strides 4 to 32."""


class MobileNetV2(nn.Module):
    """Inference only. Pixels 0..255 float [N, 3, S, S] → the hints, and the features before the pooling
    [N, 1280, S/32, S/32]."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        graph = onnx.load(str(path)).graph
        arrays = {item.name: torch.from_numpy(np.array(numpy_helper.to_array(item))) for item in graph.initializer}
        self.weights = nn.ParameterList()
        self.steps: list[tuple] = []
        for node in graph.node:
            if node.op_type == "Conv":
                given = {a.name: a for a in node.attribute}
                shape = (given["strides"].ints[0], given["pads"].ints[0], given["group"].i)
                self.steps.append(("conv", node.input[0], node.output[0], len(self.weights), shape))
                self.weights += [nn.Parameter(arrays[name], requires_grad=False) for name in node.input[1:3]]
            elif node.op_type == "Clip":
                self.steps.append(("clip", node.input[0], node.output[0]))
            elif node.op_type == "Add":
                self.steps.append(("add", *node.input, node.output[0]))
        bottlenecks = self._bottlenecks()
        self.wanted = [bottlenecks[index] for index in HINTED_BOTTLENECKS] + [self.steps[-1][2]]
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1))

    def _bottlenecks(self) -> list[str]:
        """Names of the linear outputs of the bottlenecks: of an Add, or of a convolution that no Add and no Clip follows."""
        outputs = []
        for index, step in enumerate(self.steps[:-1]):
            following = self.steps[index + 1][0]
            if step[0] == "add" or (step[0] == "conv" and following == "conv"):
                outputs.append(step[-1] if step[0] == "add" else step[2])
        return outputs

    @torch.inference_mode()
    def forward(self, pixels: Tensor) -> list[Tensor]:
        values = {"input": ((pixels - self.mean) / self.std).contiguous(memory_format=torch.channels_last)}
        for kind, *step in self.steps:
            if kind == "conv":
                source, name, at, (stride, padding, groups) = step
                weight, bias = self.weights[at], self.weights[at + 1]
                values[name] = F.conv2d(values[source], weight, bias, stride, padding, 1, groups)
            elif kind == "clip":
                values[step[1]] = values[step[0]].clamp(0, 6)
            else:
                values[step[2]] = values[step[0]] + values[step[1]]
        return [values[name] for name in self.wanted]
