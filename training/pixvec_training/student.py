"""The student: a small residual convolutional net, and the heads that only the training uses."""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EMBEDDING = 1024


@dataclass(frozen=True)
class Architecture:
    """Widths and blocks of the stages, at strides 4, 8, 16 and 32, and the width before the pooling."""

    stem: int = 8
    widths: tuple[int, ...] = (48, 96, 192, 384)
    blocks: tuple[int, ...] = (1, 2, 3, 1)
    features: int = 1024

    def as_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict) -> "Architecture":
        return Architecture(**{**values, "widths": tuple(values["widths"]), "blocks": tuple(values["blocks"])})


class Block(nn.Module):
    """Two 3×3 convolutions around a shortcut (He et al. 2015, the basic block)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride > 1 or inputs != outputs:
            pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
            project = nn.Conv2d(inputs, outputs, 1, bias=False)
            self.shortcut = nn.Sequential(pool, project, nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class Student(nn.Module):
    """float32 [N, 3, S, S], normalised by `normalise` → the embedding before its L2 norm [N, 1024]."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        widths = architecture.widths
        size = architecture.stem
        self.stem = nn.Conv2d(3, widths[0], size, 4, (size - 4) // 2, bias=False)
        self.stem_norm = nn.BatchNorm2d(widths[0])
        stages, inputs = [], widths[0]
        for index, (width, count) in enumerate(zip(widths, architecture.blocks, strict=True)):
            for place in range(count):
                stages.append(Block(inputs, width, 2 if place == 0 and index > 0 else 1))
                inputs = width
        self.stages = nn.Sequential(*stages)
        self.expand = nn.Conv2d(inputs, architecture.features, 1, bias=False)
        self.expand_norm = nn.BatchNorm2d(architecture.features)
        self.head = nn.Linear(architecture.features, EMBEDDING)
        _initialise(self)

    def maps(self, x: Tensor) -> Tensor:
        """The features before they are pooled, [N, features, S/32, S/32]."""
        x = F.relu(self.stem_norm(self.stem(x)))
        return F.relu(self.expand_norm(self.expand(self.stages(x))))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.maps(x).mean((2, 3)))


class TrainingHeads(nn.Module):
    """Thrown away after the training: the teacher's classes, and its patch tokens out of the feature map."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.classes = nn.Linear(features, 1000)
        self.tokens = nn.Conv2d(features, 192, 1)
        nn.init.normal_(self.classes.weight, std=0.01)
        nn.init.zeros_(self.classes.bias)


def normalise(pixels: Tensor) -> Tensor:
    """Pixels 0..255 → about −2..2. The exported graph does the same."""
    return pixels * (4 / 255) - 2


def _initialise(net: nn.Module) -> None:
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)
        elif isinstance(module, Block):
            nn.init.constant_(module.norm2.weight, 0.5)


def parameters_in_millions(net: nn.Module) -> float:
    return sum(parameter.numel() for parameter in net.parameters()) / 1e6


def load_student(state: dict) -> Student:
    student = Student(Architecture.from_dict(state["architecture"]))
    student.load_state_dict(state["student"])
    return student.eval().to(memory_format=torch.contiguous_format)
