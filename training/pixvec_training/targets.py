"""What the embedding shall be: the teachers' answers about a crop, as one vector of 1,024 in order of variance.

How crops of one class differ from each other matters less than how classes do. So the vectors are whitened within the
classes that ViT-Ti sees: within-class covariance normalisation (Hatch et al. 2006), with its probabilities as shares.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

CLASS_TEMPERATURE = 1.5
PARTS = {"cls": 1.0, "classes": 1.0, "tokens": 0.2, "features": 0.8}
"""Weights of the parts of a target: ViT-Ti's embedding, its classes, the mean of its patch tokens, and MobileNetV2's
features. The last are weaker, but a convolutional student comes much nearer to them."""
SHRINKAGE = 0.3
"""Of the variances within classes towards their mean, when targets are whitened."""


@dataclass(frozen=True)
class TargetSpace:
    """Centre of each part and what turns all into a target: made of the training crops once, kept in the checkpoint."""

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
    largest = principal(joined)[:, :dimension]
    reduced = F.normalize(joined @ largest, dim=1)
    whitening = within_class_whitening(reduced, logits.softmax(1), SHRINKAGE)
    order = principal(F.normalize(reduced @ whitening, dim=1))
    return TargetSpace(centres, (largest @ whitening @ order).contiguous())


def within_class_whitening(vectors: Tensor, shares: Tensor, shrinkage: float) -> Tensor:
    """[N,D] and the share that each class has in each vector, [N,C], → W [D,D], symmetric: `vectors @ W` has about the
    same variance in all directions within the classes. `shrinkage` × the mean variance is added to each before."""
    counts = shares.sum(0).clamp(min=1e-3)
    means = shares.T @ vectors / counts[:, None]
    centre = vectors.mean(0)
    total = (vectors - centre).T @ (vectors - centre)
    between = ((means - centre) * counts[:, None]).T @ (means - centre)
    variances, directions = torch.linalg.eigh(((total - between) / len(vectors)).double())
    variances = variances.clamp(min=0) + shrinkage * variances.mean()
    return (directions * variances.rsqrt() @ directions.T).to(vectors.dtype)


def principal(vectors: Tensor) -> Tensor:
    """Directions of `vectors` about the origin as columns, the one of largest variance first."""
    return torch.linalg.eigh(vectors.T @ vectors / len(vectors)).eigenvectors.flip(1)
