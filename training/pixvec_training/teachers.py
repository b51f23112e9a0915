"""The teachers: ViT-Ti/16 and MobileNetV2, read from their ONNX files and run by PyTorch.

PyTorch runs ViT-Ti on this kind of CPU about twice as fast as ONNX Runtime does, on a GPU far faster,
and gives the patch tokens that the published graph does not.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn


class ViTTiny(nn.Module):
    """ViT-Ti/16 (Dosovitskiy et al. 2020; weights of Steiner et al. 2021), inference only.

    Input: float32 [N, 3, S, S], values in −1..1, S a multiple of 16. Output: `cls` [N, 192],
    `tokens` [N, (S/16)², 192] (both after the last LayerNorm) and `logits` [N, 1000].
    """

    heads = 3

    def __init__(self, path: Path) -> None:
        super().__init__()
        graph = onnx.load(str(path)).graph
        arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
        floats = [(name, a) for name, a in arrays.items() if a.dtype == np.float32 and a.ndim > 0]
        weights = iter(torch.from_numpy(np.array(a)) for _, a in floats)
        take = lambda: nn.Parameter(next(weights), requires_grad=False)  # noqa: E731
        self.patch_weight, self.patch_bias = take(), take()
        self.cls_token, self.positions = take(), take()
        self.blocks = nn.ModuleList(nn.ParameterList(take() for _ in range(12)) for _ in range(12))
        self.norm = nn.ParameterList([take(), take()])
        self.classifier = nn.ParameterList([take(), take()])
        assert next(weights, None) is None, "the file has weights that this net does not know"
        # The file stores its matrices as [in, out]; linear() wants [out, in].
        for block in self.blocks:
            for index in (2, 4, 8, 10):
                block[index] = nn.Parameter(block[index].t().contiguous(), requires_grad=False)
        self.classifier[0] = nn.Parameter(self.classifier[0].t().contiguous(), requires_grad=False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = F.conv2d(pixels, self.patch_weight, self.patch_bias, stride=16)
        side = x.shape[-1]
        x = x.flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self._positions_for(side)
        for block in self.blocks:
            x = self._block(x, list(block))
        x = F.layer_norm(x, (192,), *self.norm, eps=1e-6)
        cls = x[:, 0]
        return cls, x[:, 1:], F.linear(cls, *self.classifier)

    def _positions_for(self, side: int) -> Tensor:
        if side == 14:
            return self.positions
        grid = self.positions[:, 1:].reshape(1, 14, 14, 192).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(side, side), mode="bicubic", align_corners=False, antialias=True)
        return torch.cat([self.positions[:, :1], grid.flatten(2).transpose(1, 2)], 1)

    def _block(self, x: Tensor, w: list[Tensor]) -> Tensor:
        n, t, width = x.shape
        qkv = F.linear(F.layer_norm(x, (width,), w[0], w[1], eps=1e-6), w[2], w[3])
        q, k, v = qkv.view(n, t, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, width)
        x = x + F.linear(attended, w[4], w[5])
        hidden = F.gelu(F.linear(F.layer_norm(x, (width,), w[6], w[7], eps=1e-6), w[8], w[9]))
        return x + F.linear(hidden, w[10], w[11])
