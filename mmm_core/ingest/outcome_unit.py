"""Whether an outcome counts money, told by its name."""

from mmm_core.ingest.vocabulary import words

_MONEY = frozenset(
    {"revenue", "turnover", "gmv", "umsatz", "erlös", "erlos", "erlöse", "chiffre", "ca", "ingresos", "ricavi",
     "fatturato", "omzet", "receita"}
)  # fmt: skip


def outcome_unit(kpi_name: str, currency: str) -> str:
    """Return the currency for an outcome named as revenue, else the outcome's own name.

    >>> outcome_unit("Revenue_net", "EUR"), outcome_unit("orders", "EUR")
    ('EUR', 'orders')
    """
    return currency if _MONEY & set(words(kpi_name)) else kpi_name
