"""Checkpoint → ONNX: finished in closed form, norms folded, pixels in, unit vectors out, weights stored as float16."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .afterwards import finish
from .head import Head
from .store import Store
from .student import Fused, Inverted, Stem, Student, TrainingHeads, load_student, normalise

OPSET = 14
STORED_AS_HALF = 1000
"""Weights with at least so many numbers are stored as float16 and widened by the graph when it is loaded."""


class Deployed(nn.Module):
    """uint8 [N, S, S, 3] RGB → float32 [N, 1024], each of length 1."""

    def __init__(self, student: Student, head: Head) -> None:
        super().__init__()
        self.student, self.head = student, head

    def forward(self, image: Tensor) -> Tensor:
        pixels = normalise(image.permute(0, 3, 1, 2).to(torch.float32))
        return self.head(self.student.maps(pixels).mean((2, 3)))


def export(checkpoint: Path, out: Path, size: int, store: Store, rows: np.ndarray) -> float:
    """Writes the model and returns the largest difference of its vectors to the student's, in float32.
    `rows`: labelled crops by which norms and head are set."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    student = load_student(state["average"])
    heads = TrainingHeads()
    heads.load_state_dict(state["heads"])
    return write(student, finish(student, heads.classes, state["space"], store, rows, size), out, size)


def write(student: Student, head: Head, out: Path, size: int) -> float:
    """The graph of a finished student, whose norms are folded here."""
    pixels = torch.randint(0, 256, (2, size, size, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = Deployed(student, head)(pixels).numpy()
    model = Deployed(fold_norms(student), head).eval()
    wide = out.with_suffix(".float32.onnx")
    torch.onnx.export(
        model, (pixels,), str(wide), opset_version=OPSET, input_names=["image"], output_names=["embedding"],
        dynamic_axes={"image": {0: "N"}, "embedding": {0: "N"}}, dynamo=False,
    )
    graph = store_as_half(onnx.load(str(wide)))
    onnx.checker.check_model(graph)
    onnx.save(graph, str(out))
    wide.unlink()
    import onnxruntime

    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    return float(np.abs(session.run(None, {"image": pixels.numpy()})[0] - expected).max())


def fold_norms(student: Student) -> Student:
    """Batch norms into the convolutions before them."""
    for module in student.modules():
        if isinstance(module, Stem | Fused | Inverted):
            for name, part in module.named_children():
                setattr(module, name, _folded(part))
    student.expand = _folded(student.expand)
    return student


def _folded(conv_and_norm: nn.Sequential) -> nn.Conv2d:
    conv, norm = conv_and_norm
    return fuse_conv_bn_eval(conv, norm)


def store_as_half(model: onnx.ModelProto) -> onnx.ModelProto:
    graph, casts, weights = model.graph, [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < STORED_AS_HALF:
            weights.append(tensor)
            continue
        weights.append(numpy_helper.from_array(values.astype(np.float16), tensor.name + "_half"))
        casts.append(helper.make_node("Cast", [tensor.name + "_half"], [tensor.name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(weights)
    graph.node.extend(casts + nodes)
    return model
