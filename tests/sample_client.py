"""The line items of the sample client and where each of them belongs."""

from functools import cache
from pathlib import Path as FilePath

import pandas as pd

from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Path
from mmm_core.taxonomy.resolution import resolve
from mmm_core.workflows.reading import read_mapping, read_sources
from mmm_core.workflows.workshop_file import read_workshop_file

FOLDER = FilePath(__file__).parents[1] / "sample_data"


@cache
def sample() -> tuple[pd.DataFrame, Mapping, dict[str, Path]]:
    """Return the catalogue, the mapping of its workshop file, and the group of each line item that has one."""
    content = read_workshop_file(FOLDER / "workshop.toml")
    items = catalogue(read_sources(content, [FOLDER]).media)
    mapping, _ = read_mapping(content, [FOLDER], items)
    table = resolve(items, mapping).table
    return items, mapping, {item: mapping.leaves[leaf] for item, leaf in table["leaf"].items() if leaf >= 0}
