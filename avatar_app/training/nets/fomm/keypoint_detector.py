"""The network that finds keypoints, learnt without labels, and the motion around each."""

import torch
from torch import Tensor, nn

from avatar_app.training.nets.fomm.blocks import Hourglass, reduction
from avatar_app.training.nets.fomm.config import CommonParams, KeypointDetectorParams
from avatar_app.training.nets.fomm.keypoints import Keypoints, coordinate_grid


class KeypointDetector(nn.Module):
    """Picture (B, 3, S, S), RGB in 0..1, to ``Keypoints``.

    Siarohin et al., "First Order Motion Model for Image Animation", NeurIPS 2019, section 3.1: a
    keypoint is the mean of the grid under its heat map, its jacobian the mean of four further maps
    under the same weights."""

    jacobian: nn.Conv2d | None

    def __init__(self, common: CommonParams, params: KeypointDetectorParams) -> None:
        super().__init__()
        self.temperature = params.temperature
        self.predictor = Hourglass(
            common.num_channels, params.block_expansion, params.num_blocks, params.max_features
        )
        width = self.predictor.out_channels
        self.kp = nn.Conv2d(width, common.num_kp, kernel_size=7, padding=params.pad)
        self.jacobian = None
        if common.estimate_jacobian:
            maps = 1 if params.single_jacobian_map else common.num_kp
            self.jacobian = nn.Conv2d(width, 4 * maps, kernel_size=7, padding=params.pad)
            _start_at_identity(self.jacobian)
        self.down = reduction(common.num_channels, params.scale_factor)

    def forward(self, image: Tensor) -> Keypoints:
        features = self.predictor(self.down(image))
        logits: Tensor = self.kp(features)
        heat = torch.softmax(logits.flatten(2) / self.temperature, dim=2).view_as(logits)

        grid = coordinate_grid(logits.shape[2], logits.shape[3], like=logits)
        value = (heat[..., None] * grid).sum(dim=(2, 3))
        if self.jacobian is None:
            return Keypoints(value)

        maps: Tensor = self.jacobian(features)
        maps = maps.view(maps.shape[0], -1, 4, *logits.shape[2:])
        jacobian = (heat[:, :, None] * maps).sum(dim=(3, 4))
        return Keypoints(value, jacobian.view(*value.shape, 2))


def _start_at_identity(jacobian: nn.Conv2d) -> None:
    nn.init.zeros_(jacobian.weight)
    with torch.no_grad():
        jacobian.bias.copy_(torch.eye(2).flatten().repeat(jacobian.out_channels // 4))  # type: ignore[union-attr]
