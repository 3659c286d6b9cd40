"""Exact money: whole millionths of a currency unit, as ad platforms bill, up to the model's door.

An amount is an `int` (or an int64 column) of micros. Floats appear only behind `panel`. Values in a file with more
than six decimals are rounded half to even, row by row, when they are read; a note finding says so.
"""

from decimal import Decimal

MICROS_PER_UNIT = 1_000_000
_LARGEST = 2**63 - 1


def exact(micros: int) -> Decimal:
    """Return the amount in currency units."""
    return Decimal(int(micros)).scaleb(-6)


def amount_text(micros: int) -> str:
    """Write the amount in currency units with two decimals, or as many up to six as it needs; no grouping."""
    text = f"{exact(micros):.6f}"
    whole, decimals = text.split(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def spoken_amount(micros: int) -> str:
    """Write the amount as people read it, with grouping and two decimals; not for tables that must add up exactly.

    >>> spoken_amount(-2_400_000_000), spoken_amount(701_443_234_050)
    ('-2,400.00', '701,443.23')
    """
    return f"{exact(micros):,.2f}"


def fits(total_units: float) -> bool:
    """Tell whether a total of this size (currency units) can be held exactly."""
    return abs(total_units) * MICROS_PER_UNIT < _LARGEST
