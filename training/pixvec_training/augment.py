"""What happens to a view in the training: a crop of it, a flip, a small rotation, colours, grey, another one over it."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Augmented:
    """Pixels 0..255 [N,3,S,S], and the grid by which a map over the same view follows them."""

    pixels: Tensor
    affine: Tensor  # [N,2,3], as affine_grid takes it


def augment(
    views: Tensor, size: int, rng: torch.Generator, smallest: float = 0.7, coarse: float = 0.0
) -> Augmented:
    """uint8 [N,V,V,3] → `size` px, each picture changed in its own way. `smallest`: least edge of the crop; `coarse`:
    part of them that are made small and large again."""
    n, device = len(views), views.device
    uniform = lambda low, high: torch.empty(n, device=device).uniform_(low, high, generator=rng)  # noqa: E731
    chance = lambda p: torch.rand(n, generator=rng, device=device) < p  # noqa: E731
    pixels = _to_channels(views)
    if size * 2 <= pixels.shape[-1]:
        pixels = F.avg_pool2d(pixels, 2)

    edge, aspect = uniform(smallest, 1.0), uniform(0.9, 1.1)
    width, height = (edge * aspect).clamp(max=1), (edge / aspect).clamp(max=1)
    angle = torch.where(chance(0.25), uniform(-0.25, 0.25), torch.zeros_like(edge))
    flip = 1 - 2 * chance(0.5).float()
    x, y = uniform(-1, 1) * (1 - width), uniform(-1, 1) * (1 - height)
    cos, sin = angle.cos(), angle.sin()
    affine = torch.stack(
        [torch.stack([width * flip * cos, -height * sin, x], 1), torch.stack([width * flip * sin, height * cos, y], 1)],
        1,
    )
    pixels = F.grid_sample(pixels, _grid(affine, size), "bilinear", "reflection", align_corners=False)
    return Augmented(_coarser(_colours(pixels, uniform, chance), coarse, rng), affine)


def mixed(pixels: Tensor, part: float, rng: torch.Generator) -> Tensor:
    """A `part` of the pictures, each laid over another one of the batch (mixup, Zhang et al. 2018)."""
    if not part:
        return pixels
    n, device = len(pixels), pixels.device
    share = torch.rand(n, generator=rng, device=device) * (torch.rand(n, generator=rng, device=device) < part) * 0.5
    other = pixels[torch.randperm(n, generator=rng, device=device)]
    return torch.lerp(pixels, other, share.view(n, 1, 1, 1))


def plain(views: Tensor, size: int) -> Tensor:
    """The view as it is, at another size (area-averaged as PIL would, antialiased)."""
    pixels = _to_channels(views)
    if size == pixels.shape[-1]:
        return pixels
    return F.interpolate(pixels, size=(size, size), mode="bicubic", antialias=True, align_corners=False).clamp(0, 255)


def follow(grid_values: Tensor, affine: Tensor, side: int) -> Tensor:
    """A map [N,C,G,G] over the whole view → [N,C,side,side] over what `affine` left of it."""
    return F.grid_sample(grid_values, _grid(affine, side), "bilinear", "border", align_corners=False)


def _to_channels(views: Tensor) -> Tensor:
    return views.permute(0, 3, 1, 2).float()


def _grid(affine: Tensor, side: int) -> Tensor:
    return F.affine_grid(affine, [len(affine), 1, side, side], align_corners=False)


def _coarser(pixels: Tensor, part: float, rng: torch.Generator) -> Tensor:
    """A `part` of the pictures as if they had come in a smaller size, one for the whole batch."""
    if not part:
        return pixels
    size = pixels.shape[-1]
    side = int(torch.empty(1, device=pixels.device).uniform_(0.3, 0.8, generator=rng) * size)
    chosen = torch.rand(len(pixels), generator=rng, device=pixels.device) < part
    pixels[chosen] = _resized(_resized(pixels[chosen], side), size).clamp(0, 255)
    return pixels


def _resized(pixels: Tensor, size: int) -> Tensor:
    return F.interpolate(pixels, size=(size, size), mode="bilinear", antialias=True, align_corners=False)


def _colours(pixels: Tensor, uniform, chance) -> Tensor:
    n = len(pixels)
    column = lambda values: values.view(n, 1, 1, 1)  # noqa: E731
    changed = pixels * column(uniform(0.7, 1.35))
    grey = 0.299 * changed[:, :1] + 0.587 * changed[:, 1:2] + 0.114 * changed[:, 2:]
    saturation = torch.where(chance(0.15), 0.0, uniform(0.6, 1.4))
    changed = grey + (changed - grey) * column(saturation)
    mean = changed.mean((1, 2, 3), keepdim=True)
    changed = ((changed - mean) * column(uniform(0.75, 1.3)) + mean).clamp(0, 255)
    return torch.where(column(chance(0.6)), changed, pixels)
