"""An exported model → a checkpoint that a new plan can start from, where no other was kept.

The file has all weights of the student, but its norms are folded, and its head says the target and the classes as one.
Norms are taken out of the convolutions again, without a change to what the net says; the target space is fitted anew,
and so are the heads, in closed form. What only hints need is lost.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .augment import plain
from .export import Deployed
from .head import Head
from .norms import maps_of
from .ridge import fit_linear
from .store import Store
from .student import EMBEDDING, Fused, Inverted, Stem, Student, TrainingHeads, late_blocks_in, normalise
from .targets import TargetSpace, fit_target_space

FITTED = 40_000
"""Crops by which the heads are fitted."""
TOKEN_CROPS = 2000
"""Of them, those by which the patch tokens' head is: each has one example for each place of its map."""
NORM_CROPS = 2000
BATCH = 50
ROW_NORM, DEPTHWISE_ROW_NORM = 2.0, 0.7
"""Of the weights after norms are taken out of them, about as a training leaves them (reckoned, not known): a norm
undoes any length, but what a step of the training changes is the more, the shorter the rows."""
AGREEMENT = 1e-3


@torch.no_grad()
def restore(model: Path, history: list[dict], store: Store, rows: np.ndarray, side: int) -> dict:
    """The checkpoint. `history`: the plans that made the model; `rows`: labelled crops of the training, in a mixed
    order. Raises ValueError for another net."""
    weights = _weights_in(model)
    try:
        student, head = _student_with(weights), _head_with(weights)
    except KeyError as missing:
        raise ValueError(f"{model} has no weights {missing}: it is no export of this net.") from None
    difference = _difference(model, student, head, side)
    if difference > AGREEMENT:
        raise ValueError(f"{model} says other vectors than the net that was made of it, by {difference:.1e}.")
    take_norms_out(student, (normalise(pixels) for pixels in _pixels(store, rows[:NORM_CROPS], side)))
    heads = TrainingHeads()
    first, second = head.classes
    heads.classes.weight.copy_(second.weight @ first.weight)
    heads.classes.bias.copy_(second.weight @ first.bias + second.bias)
    space = _fit_heads(student, heads, store, rows[:FITTED], side)
    kept = {name: value for name, value in student.state_dict().items() if not name.startswith("exits.")}
    history[-1]["restored"] = hashlib.sha256(model.read_bytes()).hexdigest()
    return {"average": kept, "heads": heads.state_dict(), "space": space, "history": history}


def _weights_in(model: Path) -> dict[str, Tensor]:
    """By the names of the modules; the layer of `Head.seen`, whose name an export does not keep, by its node."""
    graph = onnx.load(str(model)).graph
    found = {
        tensor.name.removesuffix("_half"): torch.from_numpy(numpy_helper.to_array(tensor).astype(np.float32))
        for tensor in graph.initializer
    }
    for node in graph.node:
        if node.name == "/head/seen/MatMul":
            found["head.seen.weight"] = found[node.input[1]].T
    return found


@torch.no_grad()
def _student_with(weights: dict[str, Tensor]) -> Student:
    """With norms that add the folded bias and do nothing else."""
    own = {name.removeprefix("student."): value for name, value in weights.items() if name.startswith("student.")}
    student = Student(grafted=True, late_blocks=late_blocks_in(own)).eval()
    for name, conv, norm in _convolutions(student):
        conv.weight.copy_(own[f"{name}.weight"])
        norm.bias.copy_(own[f"{name}.bias"])
        nn.init.ones_(norm.weight)
        nn.init.zeros_(norm.running_mean)
        nn.init.constant_(norm.running_var, 1 - norm.eps)
    return student


@torch.no_grad()
def _head_with(weights: dict[str, Tensor]) -> Head:
    def linear(name: str, bias: bool = True) -> nn.Linear:
        weight = weights[f"head.{name}.weight"]
        layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias)
        layer.weight.copy_(weight)
        if bias:
            layer.bias.copy_(weights[f"head.{name}.bias"])
        return layer

    return Head(linear("embed"), nn.Sequential(linear("classes.0"), linear("classes.1")), linear("seen", bias=False))


def _convolutions(student: Student) -> Iterator[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    for name, module in student.named_modules():
        if isinstance(module, Stem | Fused | Inverted):
            for part, (conv, norm) in module.named_children():
                yield f"{name}.{part}", conv, norm
    yield "expand", *student.expand


@torch.no_grad()
def _difference(model: Path, student: Student, head: Head, side: int) -> float:
    import onnxruntime

    pixels = torch.randint(0, 256, (2, side, side, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    said = torch.from_numpy(session.run(None, {"image": pixels.numpy()})[0])
    return float((Deployed(student, head)(pixels) - said).abs().max())


@torch.no_grad()
def take_norms_out(student: Student, pictures: Iterable[Tensor]) -> None:
    """Gives each norm the mean and the variance of what comes to it, and rows of one length to the convolution before.
    What the net says stays as it is. `pictures`: normalised pixels [N, 3, S, S]."""
    convolutions = list(_convolutions(student))
    sums = {name: torch.zeros(3, conv.out_channels, dtype=torch.double) for name, conv, _ in convolutions}

    def watch(name: str):
        def add(_, __, said: Tensor) -> None:
            values = said.transpose(0, 1).flatten(1).double()
            count = torch.full((len(values),), values.shape[1])
            sums[name] += torch.stack([count, values.sum(1), values.square().sum(1)])
        return add

    handles = [conv.register_forward_hook(watch(name)) for name, conv, _ in convolutions]
    for pixels in pictures:
        student.maps(pixels)
    for handle in handles:
        handle.remove()
    for name, conv, norm in convolutions:
        count, total, squares = sums[name]
        mean = total / count
        variance = (squares / count - mean.square()).clamp(min=0)
        length = conv.weight.flatten(1).norm(dim=1).clamp(min=1e-6)
        gain = (ROW_NORM if conv.groups == 1 else DEPTHWISE_ROW_NORM) / length
        conv.weight.mul_(gain[:, None, None, None])
        norm.running_mean.copy_(mean * gain)
        norm.running_var.copy_(variance * gain.square())
        norm.weight.copy_((norm.running_var + norm.eps).sqrt() / gain)
        norm.bias.add_(mean)


def _fit_heads(student: Student, heads: TrainingHeads, store: Store, rows: np.ndarray, side: int) -> TargetSpace:
    """The target space, the embedding's head and that of the patch tokens, in closed form."""
    student.to(memory_format=torch.channels_last)
    features, places = [], []
    for batch, pixels in enumerate(_pixels(store, rows, side)):
        maps = maps_of(student, pixels)
        features.append(maps.mean((2, 3)))
        if batch * BATCH < TOKEN_CROPS:
            places.append(maps.flatten(2).transpose(1, 2).flatten(0, 1))
    features, places = torch.cat(features), torch.cat(places)
    arrays = (store.cls, store.tokens, store.logits, store.features)
    cls, tokens, logits, pooled = [torch.from_numpy(array[rows].astype(np.float32)) for array in arrays]
    space = fit_target_space(cls, tokens, logits, pooled, EMBEDDING)
    fit_linear(student.embed, features, space(cls, tokens, logits, pooled))
    # The grid of the tokens and the map of the student have the same places at the model's own side.
    fit_linear(heads.tokens, places, tokens[: len(places) // tokens.shape[1]].flatten(0, 1))
    return space


def _pixels(store: Store, rows: np.ndarray, side: int) -> Iterator[Tensor]:
    for start in range(0, len(rows), BATCH):
        yield plain(torch.from_numpy(np.array(store.views[rows[start : start + BATCH]])), side)
