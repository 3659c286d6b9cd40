"""Whether an outcome counts money, told by its name."""

from mmm_core.ingest.vocabulary import FIGURES, KPI, words

_MONEY = frozenset(
    {"revenue", "turnover", "gmv", "umsatz", "erlös", "erlos", "erlöse", "chiffre", "ca", "ingresos", "ricavi",
     "fatturato", "omzet", "receita"}
)  # fmt: skip


_FIRST_RANK_OF_COUNTS = 3
"""In `vocabulary.KPI` revenue and sales come before what is counted: orders, leads, new customers."""


def counts_things(kpi_name: str) -> bool:
    """Tell whether an outcome is a number of things, which has no currency.

    >>> counts_things("orders"), counts_things("Revenue"), counts_things("order value"), counts_things("y")
    (True, False, False, False)
    """
    told = set(words(kpi_name))
    ranks = [KPI[word] for word in told if word in KPI]
    return bool(ranks) and min(ranks) >= _FIRST_RANK_OF_COUNTS and not told & (_MONEY | FIGURES)


def outcome_unit(kpi_name: str, currency: str) -> str:
    """Return the currency for an outcome named as revenue, else the outcome's own name.

    >>> outcome_unit("Revenue_net", "EUR"), outcome_unit("orders", "EUR")
    ('EUR', 'orders')
    """
    return currency if _MONEY & set(words(kpi_name)) else kpi_name
