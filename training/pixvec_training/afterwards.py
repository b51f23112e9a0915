"""After the training, in closed form: norms and head for pictures as they are served.

The student was trained on changed pictures (`augment.py`), of which its norms have the averages, and its head is where
the last steps left it. The norms are taken anew from unchanged pictures, and the head is moved by least squares. Then, what a student
is unsure of it says timidly, and how pictures of one class differ it says loudly: its vectors are whitened within the
classes that the teacher sees, which is linear and so goes into the head. At last the classes that it sees itself are put
beside (`head.py`). None of it needs a picture that the student was not trained with.
"""

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .augment import plain
from .head import Head, join, narrow
from .norms import maps_of, settle_norms
from .ridge import fit_linear
from .store import Store
from .student import Student
from .targets import TargetSpace, within_class_whitening

NORM_CROPS = 2000
RIDGES = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100, 1000)
"""Penalties of what is added to the head, from a head that is fitted anew to one that hardly moves: that one is taken by
which crops that are left out of the fit come nearest."""
PART_KEPT = 10
"""One crop of so many, the last ones, is left out of that fit."""
SHRINKAGE = 1.0
"""Of the variances within classes towards their mean: the student's vectors are noisier than its targets."""
BATCH = 50


@torch.no_grad()
def finish(
    student: Student, classes: nn.Linear, space: TargetSpace, store: Store, rows: np.ndarray, side: int
) -> Head:
    """Changes the student in place and returns the head to serve it with. `classes`: what it learned to say of the
    teacher's; `rows`: crops of the training, labelled, in a mixed order."""
    student.to(memory_format=torch.channels_last)
    settle_norms(student, _pixels(store, rows[:NORM_CROPS], side))
    said = torch.cat([maps_of(student, pixels).mean((2, 3)) for pixels in _pixels(store, rows, side)])
    arrays = (store.cls, store.tokens, store.logits, store.features)
    cls, tokens, logits, pooled = [torch.from_numpy(array[rows].astype(np.float32)) for array in arrays]
    wanted = space(cls, tokens, logits, pooled)
    before = _nearness(student.embed, *_kept(said, wanted))
    ridge, after = settle_head(student.embed, said, wanted)
    print(f"head anew with a penalty of {ridge}: cosine to the target {before:.4f}, now {after:.4f} where not fitted")
    whiten(student.embed, said, logits.softmax(1))
    student.to(memory_format=torch.contiguous_format)
    return join(student.embed, narrow(classes, said), said)


def settle_head(head: nn.Linear, said: Tensor, wanted: Tensor) -> tuple[float, float]:
    """Features [N, 1280] and targets [N, 1024] → the penalty that was taken, and the cosine of crops left out with it.

    Ridge regression towards the head that the training left: it has seen many more crops than are asked here, but
    changed ones, and while the features still moved."""
    usual_length = head(said).norm(dim=1).mean()
    head.weight.div_(usual_length)
    head.bias.div_(usual_length)
    unsaid = wanted - F.normalize(head(said), dim=1)
    fitted = len(said) - len(said) // PART_KEPT
    more = nn.Linear(head.in_features, head.out_features)

    def nearness_with(ridge: float) -> float:
        fit_linear(more, said[:fitted], unsaid[:fitted], ridge)
        kept, aim = _kept(said, wanted)
        return float(F.cosine_similarity(head(kept) + more(kept), aim, dim=1).mean())

    nearness, best = max((nearness_with(ridge), ridge) for ridge in RIDGES)
    fit_linear(more, said, unsaid, best)
    head.weight.add_(more.weight)
    head.bias.add_(more.bias)
    return best, nearness


def whiten(head: nn.Linear, said: Tensor, shares: Tensor) -> None:
    """`shares` [N, classes]: the teacher's probabilities."""
    vectors = head(said)
    whitening = within_class_whitening(vectors, shares, SHRINKAGE)
    head.bias.copy_((head.bias - vectors.mean(0)) @ whitening)
    head.weight.copy_(whitening @ head.weight)


def _kept(said: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    kept = len(said) // PART_KEPT
    return said[-kept:], wanted[-kept:]


def _pixels(store: Store, rows: np.ndarray, side: int) -> Iterator[Tensor]:
    for start in range(0, len(rows), BATCH):
        yield plain(torch.from_numpy(np.array(store.views[rows[start : start + BATCH]])), side)


def _nearness(head: nn.Linear, said: Tensor, wanted: Tensor) -> float:
    return float(F.cosine_similarity(head(said), wanted, dim=1).mean())
