"""What the embedding shall be: the teachers' answers about a crop, as one vector of 1,024 in order of variance."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

CLASS_TEMPERATURE = 1.5
PARTS = {"cls": 1.0, "classes": 1.0, "tokens": 0.2, "features": 0.8}
"""Weights of the parts of a target: ViT-Ti's embedding, its classes, the mean of its patch tokens, and MobileNetV2's
features. The last are weaker, but a convolutional student comes much nearer to them."""


@dataclass(frozen=True)
class TargetSpace:
    """Centre of each part and the PCA of all: made of the training crops once, kept in the checkpoint."""

    centres: dict[str, Tensor]
    basis: Tensor  # [dimension of all parts, 1024]

    def to(self, device: str) -> "TargetSpace":
        return TargetSpace({name: centre.to(device) for name, centre in self.centres.items()}, self.basis.to(device))

    def __call__(self, cls: Tensor, tokens: Tensor, logits: Tensor, features: Tensor) -> Tensor:
        """[N,192], [N,36,192], [N,1000], [N,1280] → targets of unit length, [N,1024]."""
        return F.normalize(_parts(_raw_parts(cls, tokens, logits, features), self.centres) @ self.basis, dim=1)


def _raw_parts(cls: Tensor, tokens: Tensor, logits: Tensor, features: Tensor) -> dict[str, Tensor]:
    # Square roots of probabilities: their scalar product is the Bhattacharyya coefficient.
    classes = (logits / CLASS_TEMPERATURE).softmax(1).sqrt()
    return {"cls": cls, "classes": classes, "tokens": tokens.mean(1), "features": features}


def _parts(raw: dict[str, Tensor], centres: dict[str, Tensor]) -> Tensor:
    return torch.cat([PARTS[k] * F.normalize(raw[k] - centres[k], dim=1) for k in PARTS], 1)


def fit_target_space(cls: Tensor, tokens: Tensor, logits: Tensor, features: Tensor, dimension: int) -> TargetSpace:
    raw = _raw_parts(cls, tokens, logits, features)
    centres = {name: part.mean(0) for name, part in raw.items()}
    joined = _parts(raw, centres)
    # Not centred again: the similarity that is learned is the one of these very vectors.
    _, vectors = torch.linalg.eigh(joined.T @ joined / len(joined))
    return TargetSpace(centres, vectors.flip(1)[:, :dimension].contiguous())
