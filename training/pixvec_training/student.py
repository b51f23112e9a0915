"""The student: stages of inverted bottlenecks, and the heads that only the training uses.

Each stage is first taught alone (`stages.py`): it gets what a teaching net has before one of its bottlenecks and says
what that net has after it, through a 1×1 convolution, its exit. `graft` then joins the stages: the exit of one and the
entry of the next are both linear, so they become one convolution, and no number of the teaching net is between them.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EMBEDDING = 1024
FEATURES = 1280
"""Width before the pooling."""
HINT_CHANNELS = (24, 32, 64, 96, 160, 320)
"""Of the teaching net's bottlenecks, at strides 4, 8, 16, 16, 32 and 32: what the stages say."""
WIDTHS = (32, 40, 80, 112, 192, 384)
"""Of the stages themselves."""
LATE_BLOCKS = 2
"""Blocks after the last stage, which no stage is taught and which begin as nothing. A plan may have more of them."""


class HalvingDepthwise(nn.Conv2d):
    """A depthwise convolution of stride 2. Training takes every second place of one of stride 1: the same numbers, and
    the CPU's gradient of it is over ten times as fast (672 channels at 10 × 10: 127 and 12 ms for 48 pictures)."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or x.is_cuda:
            return super().forward(x)
        everywhere = F.conv2d(x, self.weight, None, 1, self.padding, 1, self.groups)
        return everywhere[:, :, ::2, ::2].contiguous(memory_format=torch.channels_last)


class Stem(nn.Module):
    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.entry = conv_norm(3, outputs, 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.entry(x))


class Fused(nn.Module):
    """A 3×3 convolution that widens, a 1×1 that narrows (Tan & Le 2021). For few channels and many places."""

    def __init__(self, inputs: int, hidden: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.entry = conv_norm(inputs, hidden, 3, stride)
        self.project = conv_norm(hidden, outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(F.relu(self.entry(x)))
        return x + y if self.residual else y


class Inverted(nn.Module):
    """1×1 that widens, 3×3 in depth, 1×1 that narrows (Sandler et al. 2018)."""

    def __init__(self, inputs: int, hidden: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.entry = conv_norm(inputs, hidden)
        self.depth = conv_norm(hidden, hidden, 3, stride, groups=hidden)
        self.project = conv_norm(hidden, outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(F.relu(self.depth(F.relu(self.entry(x)))))
        return x + y if self.residual else y


class Student(nn.Module):
    """Float pixels [N, 3, S, S] as `normalise` makes them → the embedding before its L2 norm [N, 1024]."""

    def __init__(self, grafted: bool, late_blocks: int = LATE_BLOCKS) -> None:
        super().__init__()
        given = HINT_CHANNELS
        self.stages = nn.ModuleList([
            nn.Sequential(Stem(24), Fused(24, 96, 32, 2), Fused(32, 64, 32)),
            nn.Sequential(Fused(given[0], 128, 40, 2), *repeat(2, lambda: Inverted(40, 200, 40))),
            nn.Sequential(Inverted(given[1], 240, 80, 2), *repeat(3, lambda: Inverted(80, 400, 80))),
            nn.Sequential(Inverted(given[2], 480, 112), *repeat(2, lambda: Inverted(112, 560, 112))),
            nn.Sequential(Inverted(given[3], 672, 192, 2), *repeat(2, lambda: Inverted(192, 960, 192))),
            nn.Sequential(Inverted(given[4], 1152, 384)),
        ])
        self.exits = nn.ModuleList(
            nn.Conv2d(width, hint, 1, bias=False) for width, hint in zip(WIDTHS, HINT_CHANNELS, strict=True)
        )
        self.extra = nn.Sequential(*repeat(late_blocks, lambda: Inverted(384, 1152, 384)))
        self.expand = conv_norm(given[5], FEATURES)
        self.embed = nn.Linear(FEATURES, EMBEDDING)
        _initialise(self)
        if grafted:
            self.graft()

    def stage(self, index: int, given: Tensor) -> Tensor:
        """One stage alone: pixels or the hint before → the hint after; the last one gives the features."""
        if index == len(self.stages):
            return F.relu(self.expand(given))
        return self.exits[index](self.stages[index](given))

    @torch.no_grad()
    def graft(self) -> "Student":
        """Joins the stages. From here on each one gets the features of the one before, not its hint."""
        entries = [stage[0].entry for stage in self.stages[1:]] + [self.expand]
        for leave, entry in zip(self.exits, entries, strict=True):
            old, out = entry[0], leave.weight[:, :, 0, 0]
            joined = nn.Conv2d(out.shape[1], old.out_channels, old.kernel_size, old.stride, old.padding, bias=False)
            joined.weight.copy_(torch.einsum("ohyx,hw->owyx", old.weight, out))
            entry[0] = joined
        return self

    def maps(self, x: Tensor, hints: list[Tensor] | None = None) -> Tensor:
        """The features before they are pooled, [N, 1280, S/32, S/32]. `hints` gets what the exits say."""
        for stage, leave in zip(self.stages, self.exits, strict=True):
            x = stage(x)
            if hints is not None:
                hints.append(leave(x))
        return F.relu(self.expand(self.extra(x)))

    def forward(self, x: Tensor) -> Tensor:
        return self.embed(self.maps(x).mean((2, 3)))


class TrainingHeads(nn.Module):
    """Thrown away after the training: the teacher's classes, and out of the feature map its patch tokens and the last
    hint of the teaching net."""

    def __init__(self) -> None:
        super().__init__()
        self.classes = nn.Linear(FEATURES, 1000)
        self.tokens = nn.Conv2d(FEATURES, 192, 1)
        self.last_hint = nn.Conv2d(FEATURES, HINT_CHANNELS[-1], 1)
        nn.init.normal_(self.classes.weight, std=0.01)
        nn.init.zeros_(self.classes.bias)


def conv_norm(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    kind = HalvingDepthwise if stride == 2 and groups == inputs else nn.Conv2d
    conv = kind(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


def repeat(count: int, make: Callable[[], nn.Module]) -> list[nn.Module]:
    return [make() for _ in range(count)]


def normalise(pixels: Tensor) -> Tensor:
    """Pixels 0..255 → −2..2. The exported graph does the same."""
    return pixels * (4 / 255) - 2


def _initialise(net: Student) -> None:
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            mode = "fan_in" if module.groups == 1 else "fan_out"
            nn.init.kaiming_normal_(module.weight, mode=mode, nonlinearity="relu")
        elif isinstance(module, Fused | Inverted) and module.residual:
            nn.init.constant_(module.project[1].weight, 0.3)
    for leave in net.exits:
        nn.init.xavier_normal_(leave.weight)
    for block in net.extra:
        nn.init.zeros_(block.project[1].weight)
    nn.init.normal_(net.embed.weight, std=0.02)
    nn.init.zeros_(net.embed.bias)


def parameters_in_millions(net: nn.Module) -> float:
    return sum(parameter.numel() for parameter in net.parameters()) / 1e6


def late_blocks_in(weights: dict) -> int:
    return len({name.split(".")[1] for name in weights if name.startswith("extra.")})


def load_student(weights: dict) -> Student:
    student = Student(grafted=True, late_blocks=late_blocks_in(weights))
    student.load_state_dict(weights)
    return student.eval().to(memory_format=torch.contiguous_format)
