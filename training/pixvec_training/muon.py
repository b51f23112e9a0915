"""Muon: momentum whose matrix is made orthogonal before it is applied (Jordan et al. 2024).

On short runs of small convolutional nets it needs fewer samples than AdamW for the same loss. It serves the
matrices of the hidden layers; everything else (stem, norms, biases, heads) is AdamW's.
"""

import torch
from torch import Tensor

from .precision import quick_type
from .processes import Alone, Together


class Muon(torch.optim.Optimizer):
    """A convolution's weight [out, in, k, k] counts as the matrix [out, in·k·k]. Processes that train `together` each
    make a part of the matrices orthogonal; all have the same gradients, and get the same updates."""

    def __init__(self, parameters: list[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.0,
                 together: Together | Alone = Alone()) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.together = together

    @torch.no_grad()
    def step(self, closure=None) -> None:
        for group in self.param_groups:
            learning = [parameter for parameter in group["params"] if parameter.grad is not None]
            directions = [self._direction(parameter, group["momentum"]) for parameter in learning]
            costs = [len(matrix) * matrix.numel() for matrix in directions]
            updates = self.together.share(directions, costs, orthogonalise)
            for parameter, update in zip(learning, updates, strict=True):
                scale = max(1, parameter.shape[0] / parameter[0].numel()) ** 0.5
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update.reshape(parameter.shape), alpha=-group["lr"] * scale)

    def _direction(self, parameter: Tensor, momentum: float) -> Tensor:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        buffer = state["momentum"].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(buffer, momentum).flatten(1)


def orthogonalise(matrices: list[Tensor], steps: int = 4) -> list[Tensor]:
    """Newton–Schulz iteration of fifth order towards the nearest half-orthogonal matrices; bfloat16 is enough for it.
    Matrices of one shape, or of its transpose, go through it together: on a GPU each product alone is too small."""
    wide = [matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T for matrix in matrices]
    shapes: dict[torch.Size, list[int]] = {}
    for place, matrix in enumerate(wide):
        shapes.setdefault(matrix.shape, []).append(place)
    done = list(matrices)
    for places in shapes.values():
        for place, x in zip(places, _newton_schulz(torch.stack([wide[p] for p in places]), steps), strict=True):
            done[place] = x if matrices[place].shape == x.shape else x.T
    return done


def _newton_schulz(x: Tensor, steps: int) -> Tensor:
    a, b, c = 3.4445, -4.7750, 2.0315
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).to(quick_type(x.device))
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.float()
