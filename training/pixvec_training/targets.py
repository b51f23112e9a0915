"""What the embedding shall be: the teacher's answers about a crop, as one vector of 1,024 in order of variance."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

CLASS_TEMPERATURE = 1.5
PARTS = {"cls": 1.0, "classes": 0.6, "tokens": 0.4}
"""Weights of the parts of a target: the teacher's embedding, its classes, the mean of its patch tokens."""


@dataclass(frozen=True)
class TargetSpace:
    """Centre of each part and the PCA of all: made of the training crops once, kept in the checkpoint."""

    centres: dict[str, Tensor]
    basis: Tensor  # [dimension of all parts, 1024]

    def to(self, device: str) -> "TargetSpace":
        return TargetSpace({name: centre.to(device) for name, centre in self.centres.items()}, self.basis.to(device))

    def __call__(self, cls: Tensor, tokens: Tensor, logits: Tensor) -> Tensor:
        """[N,192], [N,49,192], [N,1000] → targets of unit length, [N,1024]."""
        return F.normalize(_parts(cls, tokens, logits, self.centres) @ self.basis, dim=1)


def _raw_parts(cls: Tensor, tokens: Tensor, logits: Tensor) -> dict[str, Tensor]:
    # Square roots of probabilities: their scalar product is the Bhattacharyya coefficient.
    classes = (logits / CLASS_TEMPERATURE).softmax(1).sqrt()
    return {"cls": cls, "classes": classes, "tokens": tokens.mean(1)}


def _parts(cls: Tensor, tokens: Tensor, logits: Tensor, centres: dict[str, Tensor]) -> Tensor:
    raw = _raw_parts(cls, tokens, logits)
    return torch.cat([PARTS[k] * F.normalize(raw[k] - centres[k], dim=1) for k in PARTS], 1)


def fit_target_space(cls: np.ndarray, tokens: np.ndarray, logits: np.ndarray, dimension: int) -> TargetSpace:
    given = [torch.from_numpy(np.asarray(a, dtype=np.float32)) for a in (cls, tokens, logits)]
    centres = {name: part.mean(0) for name, part in _raw_parts(*given).items()}
    joined = _parts(*given, centres)
    # Not centred again: the similarity that is learned is the one of these very vectors.
    values, vectors = torch.linalg.eigh(joined.T @ joined / len(joined))
    return TargetSpace(centres, vectors.flip(1)[:, :dimension].contiguous())
