"""The head that the model is given after its training: features → the embedding that it serves."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .student import EMBEDDING

TEMPERATURE = 0.7
"""Of the classes: below 1, a student's probabilities being flatter than its teacher's."""
SHARE = 0.5
"""Length of the part that the classes say, where what the student says of its target has length 1."""


class Head(nn.Module):
    """Features [N, 1280] → embeddings [N, 1024] of length 1.

    A net of this size says less of its target than of its teacher's classes, and no linear layer turns features into
    probabilities. So the embedding has both: what `embed` says, and the square roots of what `classes` makes of the
    features (their scalar product is the Bhattacharyya coefficient), turned into the order of variance.
    """

    def __init__(self, embed: nn.Linear, classes: nn.Linear) -> None:
        super().__init__()
        self.embed, self.classes = embed, classes
        self.register_buffer("usual", torch.zeros(classes.out_features))
        self.turn = nn.Linear(EMBEDDING + classes.out_features, EMBEDDING, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        return F.normalize(self.turn(self.both(features)), dim=1)

    def both(self, features: Tensor) -> Tensor:
        said = F.normalize(self.embed(features), dim=1)
        seen = F.normalize(self.roots(features) - self.usual, dim=1)
        return torch.cat([said, SHARE * seen], 1)

    def roots(self, features: Tensor) -> Tensor:
        return (self.classes(features) / TEMPERATURE).softmax(1).sqrt()
