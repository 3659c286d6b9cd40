"""What a source can be, the reading that each kind has, and the typed table that it gives."""

from collections.abc import Callable, Mapping
from typing import Any

from mmm_core.ingest.rates import RateTable, read_rates
from mmm_core.ingest.readings import (
    ControlsReading,
    ControlTotalsReading,
    KpiReading,
    LiftTestsReading,
    MediaReading,
    OrganicReading,
    RatesReading,
    Reading,
    TrackedReading,
)
from mmm_core.ingest.side_tables import read_control_totals, read_lift_tests, read_organic
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_controls, read_kpi, read_media
from mmm_core.schema import ControlsTable, ControlTotalsTable, KpiTable, LiftTestsTable, MediaTable, OrganicTable
from mmm_core.storage.sources import Source, SourceKind

Table = MediaTable | KpiTable | ControlsTable | OrganicTable | ControlTotalsTable | LiftTestsTable | RateTable

READINGS: Mapping[SourceKind, type[Reading]] = {
    "media": MediaReading,
    "kpi": KpiReading,
    "tracked": TrackedReading,
    "controls": ControlsReading,
    "organic": OrganicReading,
    "control_totals": ControlTotalsReading,
    "lift_tests": LiftTestsReading,
    "rates": RatesReading,
}
_READERS: Mapping[type[Reading], Callable[[RawTable, Any], Table]] = {
    MediaReading: read_media,
    KpiReading: read_kpi,
    TrackedReading: read_kpi,
    ControlsReading: read_controls,
    OrganicReading: read_organic,
    ControlTotalsReading: read_control_totals,
    LiftTestsReading: read_lift_tests,
    RatesReading: read_rates,
}


def type_table(table: RawTable, reading: Reading) -> Table:
    """Read a table with given roles; raises `BadInput` when a value or a column does not fit."""
    return _READERS[type(reading)](table, reading)


def reading_of(source: Source) -> Reading:
    """Return how a source is read."""
    return READINGS[source.kind].from_dict(source.reading)


def kind_of(reading: Reading) -> SourceKind:
    """Return the kind of source that a reading is for."""
    return next(kind for kind, readings in READINGS.items() if type(reading) is readings)
