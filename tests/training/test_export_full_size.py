"""The full-size model with the kit's seeded weights, every part on ONNX Runtime against torch."""

import pytest
from export_parity import full_size, parity
from fomm_golden import KIT

from avatar_app.training.convert import part_plans

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not KIT.is_dir(), reason="the parity kit is not beside the checkout"),
]


def test_every_part_is_near_enough_to_torch() -> None:
    networks, config = full_size()
    plans = {plan.word: plan for plan in part_plans(networks, config)}
    found = list(parity(networks, config))
    assert {word for word, _ in found} == set(plans)
    assert not [(word, off) for word, off in found if not plans[word].fits(off)]
