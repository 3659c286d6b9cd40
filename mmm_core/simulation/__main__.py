"""Write the sample client: `python -m mmm_core.simulation sample_data`."""

import argparse
import sys
from pathlib import Path

from mmm_core.simulation.folder import SEED, write_sample


def main(arguments: list[str] | None = None) -> int:
    """Write the folder and name the files; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m mmm_core.simulation", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go; existing ones of the same name are replaced")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    for path in write_sample(given.folder, seed=given.seed):
        sys.stdout.write(f"{path} {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
