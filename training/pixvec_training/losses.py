"""How far the student is from the teacher: in the embedding, in its similarities, in classes, in patches."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

DIMENSIONS = (512, 1024)
CLASS_TEMPERATURE = 2.0
WEIGHTS = {"cosine": 1.0, "relation": 5.0, "classes": 0.25, "tokens": 0.5}


@dataclass(frozen=True)
class Losses:
    """`cosine`: 1 − cosine to the target; `relation`: mean squared difference of the cosines within the batch;
    `classes`: KL divergence at temperature 2 (Hinton et al. 2015); `tokens`: 1 − cosine to the patch tokens."""

    cosine: Tensor
    relation: Tensor
    classes: Tensor
    tokens: Tensor

    def total(self) -> Tensor:
        return sum(WEIGHTS[name] * getattr(self, name) for name in WEIGHTS)


def compare(
    embedding: Tensor, target: Tensor, classes: Tensor, logits: Tensor, tokens: Tensor, taught_tokens: Tensor
) -> Losses:
    cosine = relation = 0.0
    for dimension in DIMENSIONS:
        ours = F.normalize(embedding[:, :dimension], dim=1)
        theirs = F.normalize(target[:, :dimension], dim=1)
        cosine = cosine + (1 - (ours * theirs).sum(1)).mean()
        relation = relation + (ours @ ours.T - theirs @ theirs.T).square().mean()
    return Losses(
        cosine,
        relation,
        _divergence(classes, logits),
        (1 - F.cosine_similarity(tokens, taught_tokens, dim=1)).mean(),
    )


def _divergence(ours: Tensor, theirs: Tensor) -> Tensor:
    t = CLASS_TEMPERATURE
    divergence = F.kl_div((ours / t).log_softmax(1), (theirs / t).softmax(1), reduction="batchmean")
    return divergence * t * t
