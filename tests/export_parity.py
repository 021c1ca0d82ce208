"""`python tests/export_parity.py` prints how far every part of the full-size model, on ONNX
Runtime's CPU, is from torch: with the seeded weights of the parity kit, which has to lie beside the
checkout, on seeded pictures and on the bundled portraits. `... CHECKPOINT [YAML]`: of that model.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fomm_golden import KIT, full_size_networks, golden

from avatar_app.training.checkpoint import read_checkpoint
from avatar_app.training.convert import part_plans
from avatar_app.training.export.parity import Difference, differences, reference_cases
from avatar_app.training.nets.fomm.build import Networks
from avatar_app.training.nets.fomm.config import FommConfig, read_config
from avatar_app.training.nets.fomm.load import load_networks


def full_size() -> tuple[Networks, FommConfig]:
    """The published model's shape with the kit's seeded weights."""
    return full_size_networks(golden("vox_adv_256", KIT)), read_config(None)


def parity(networks: Networks, config: FommConfig) -> Iterator[tuple[str, Difference]]:
    """Each part's word and how far each of its outputs is from torch, case by case."""
    cases = list(reference_cases(networks, config.input_size))
    with tempfile.TemporaryDirectory() as folder:
        for plan in part_plans(networks, config):
            path = Path(folder) / "part.onnx"
            path.write_bytes(plan.make().SerializeToString())
            for difference in differences(path, plan.role, cases):
                yield plan.word, difference


def _main() -> None:
    if len(sys.argv) > 1:
        config = read_config(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
        networks = load_networks(config, read_checkpoint(Path(sys.argv[1])))
    else:
        networks, config = full_size()
    print(f"{'part':12} {'output':10} {'pictures':18} {'largest':>9} {'rms':>9}")
    for word, found in parity(networks, config):
        print(
            f"{word:12} {found.output:10} {found.case:18} {found.largest:9.1e} {found.rms:9.1e}",
            flush=True,
        )


if __name__ == "__main__":
    _main()
