"""From the motion of keypoints to the motion of every pixel."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from avatar_app.training.nets.fomm.blocks import Hourglass, reduction
from avatar_app.training.nets.fomm.config import CommonParams, DenseMotionParams
from avatar_app.training.nets.fomm.keypoints import (
    Keypoints,
    coordinate_grid,
    gaussian_maps,
    inverse_2x2,
    product_2x2,
)


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """How to sample the source, at the resolution (h, w) of the dense motion network.

    ``mask`` (B, K+1, h, w) weighs the candidate motions, the still background first;
    ``sparse_deformed`` (B, K+1, 3, h, w) is the small source moved by each of them; ``deformation``
    (B, h, w, 2) holds the (x, y) in the source for each pixel; ``occlusion_map`` (B, 1, h, w) is
    near 0 where the source does not show what is needed. None: the model does not estimate it."""

    mask: Tensor
    sparse_deformed: Tensor
    deformation: Tensor
    occlusion_map: Tensor | None


class DenseMotion(nn.Module):
    """Keypoints of source and driving picture to ``Motion`` (section 3.1 of the paper)."""

    occlusion: nn.Conv2d | None

    def __init__(
        self,
        common: CommonParams,
        params: DenseMotionParams,
        *,
        estimate_occlusion: bool,
        align_corners: bool,
    ) -> None:
        super().__init__()
        self.variance = params.kp_variance
        self.align_corners = align_corners
        motions = common.num_kp + 1
        self.hourglass = Hourglass(
            motions * (common.num_channels + 1),
            params.block_expansion,
            params.num_blocks,
            params.max_features,
        )
        width = self.hourglass.out_channels
        self.mask = nn.Conv2d(width, motions, kernel_size=7, padding=3)
        self.occlusion = None
        if estimate_occlusion:
            self.occlusion = nn.Conv2d(width, 1, kernel_size=7, padding=3)
        self.down = reduction(common.num_channels, params.scale_factor)

    def forward(self, small: Tensor, source: Keypoints, driving: Keypoints) -> Motion:
        """``small`` (B, 3, h, w) is the source picture reduced by ``down``."""
        heat = self._heat_maps(small, source, driving)
        motions = _candidate_motions(small, source, driving)
        moved = self._move(small, motions)

        features = self.hourglass(torch.cat((heat[:, :, None], moved), dim=2).flatten(1, 2))
        mask = torch.softmax(self.mask(features), dim=1)
        deformation = (mask[..., None] * motions).sum(dim=1)
        occlusion = None
        if self.occlusion is not None:
            occlusion = torch.sigmoid(self.occlusion(features))
        return Motion(mask, moved, deformation, occlusion)

    def _heat_maps(self, small: Tensor, source: Keypoints, driving: Keypoints) -> Tensor:
        """(B, K+1, h, w): where keypoints come to minus where they were, nothing for background."""
        height, width = small.shape[2:]
        to = gaussian_maps(driving.value, height, width, self.variance)
        heat = to - gaussian_maps(source.value, height, width, self.variance)
        return functional.pad(heat, (0, 0, 0, 0, 1, 0))

    def _move(self, small: Tensor, motions: Tensor) -> Tensor:
        """The small source under each motion: one call, the motions stacked as further rows."""
        moved = functional.grid_sample(
            small,
            motions.flatten(1, 2),
            mode="bilinear",
            padding_mode="zeros",
            align_corners=self.align_corners,
        )
        return moved.view(moved.shape[0], -1, *motions.shape[1:4]).transpose(1, 2)


def _candidate_motions(small: Tensor, source: Keypoints, driving: Keypoints) -> Tensor:
    """(B, K+1, h, w, 2): identity first, then for each keypoint the affine map from around its
    driving place to around its source place (equation 4 of the paper)."""
    identity = coordinate_grid(small.shape[2], small.shape[3], like=small)
    offsets = identity - driving.value[:, :, None, None]
    if source.jacobian is not None and driving.jacobian is not None:
        linear = product_2x2(source.jacobian, inverse_2x2(driving.jacobian))
        offsets = product_2x2(linear[:, :, None, None], offsets[..., None])[..., 0]
    motions = offsets + source.value[:, :, None, None]
    return torch.cat((identity.expand_as(motions[:, :1]), motions), dim=1)
