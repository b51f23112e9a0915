"""The head that the model is given after its training: features → the embedding that it serves."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .student import EMBEDDING
from .targets import principal

TEMPERATURE = 0.7
"""Of the classes: below 1, a student's probabilities being flatter than its teacher's."""
SHARE = 0.35
"""Usual length of the part that the classes say, where what the student says of its target has length 1."""
RANK = 256
"""Of the layer that says the classes: the whole one, of 1,280 × 1,000, says nothing that helps, and takes time."""


class Head(nn.Module):
    """Features [N, 1280] → embeddings [N, 1024] of length 1: normalise(A x + b + B √softmax(C x / T)).

    No linear layer turns features into probabilities, and a good part of the target is made of them. So the embedding
    has both: what a linear layer says of the target, and the square roots of what the net gives to the teacher's classes
    (their scalar product is the Bhattacharyya coefficient). Two parts side by side, turned into the order of their
    variance, are a sum of two layers.
    """

    def __init__(self, embed: nn.Linear, classes: nn.Module, seen: nn.Linear) -> None:
        super().__init__()
        self.embed, self.classes, self.seen = embed, classes, seen

    def forward(self, features: Tensor) -> Tensor:
        return F.normalize(self.embed(features) + self.seen(roots(self.classes, features)), dim=1)


def roots(classes: nn.Module, features: Tensor) -> Tensor:
    return (classes(features) / TEMPERATURE).softmax(1).sqrt()


def narrow(classes: nn.Linear, said: Tensor) -> nn.Sequential:
    """The layer as two with `RANK` numbers between them, which say nearly the same of `said`, features [N, 1280]."""
    logits = classes(said)
    usual = logits.mean(0)
    kept = principal(logits - usual)[:, :RANK]
    first, second = nn.Linear(said.shape[1], RANK), nn.Linear(RANK, len(usual))
    first.weight.copy_(kept.T @ classes.weight)
    first.bias.copy_((classes.bias - usual) @ kept)
    second.weight.copy_(kept)
    second.bias.copy_(usual)
    return nn.Sequential(first, second)


def join(embed: nn.Linear, classes: nn.Module, said: Tensor) -> Head:
    """`embed` says the target from the features and `classes` the logits; `said`: features [N, 1280] of the training."""
    target, seen = embed(said), roots(classes, said)
    usual = seen.mean(0)
    length, share = target.norm(dim=1).mean(), SHARE / (seen - usual).norm(dim=1).mean()
    both = F.normalize(torch.cat([target / length, share * (seen - usual)], 1), dim=1)
    turn = principal(both)[:, :EMBEDDING].T
    says, sees = turn[:, : target.shape[1]] / length, turn[:, target.shape[1] :] * share
    head = Head(nn.Linear(said.shape[1], EMBEDDING), classes, nn.Linear(len(usual), EMBEDDING, bias=False))
    head.embed.weight.copy_(says @ embed.weight)
    head.embed.bias.copy_(says @ embed.bias - sees @ usual)
    head.seen.weight.copy_(sees)
    return head
