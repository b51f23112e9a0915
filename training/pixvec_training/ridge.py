"""Linear layers in closed form: least squares with a penalty."""

import torch
from torch import Tensor, nn


def fit_linear(layer: nn.Linear | nn.Conv2d, inputs: Tensor, wanted: Tensor, ridge: float = 0.02) -> None:
    """Sets `layer` so that it turns `inputs` [N, features] into `wanted` [N, outputs] with the least squared error and
    a penalty of `ridge` × the mean variance of the inputs, per example."""
    centre, aim = inputs.mean(0), wanted.mean(0)
    x, y = (inputs - centre).double(), (wanted - aim).double()
    gram = x.T @ x / len(x)
    gram += ridge * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    weight = torch.linalg.solve(gram, x.T @ y / len(x)).T.float()
    with torch.no_grad():
        layer.weight.copy_(weight.view_as(layer.weight))
        layer.bias.copy_(aim - weight @ centre)
