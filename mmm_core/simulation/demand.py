"""What would have been sold without media: level, trend, season, price, promotion, weather."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from mmm_core.simulation.response import Floats

CONTROLS = ("price_index", "promotion", "temperature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Baseline of the outcome, all effects relative to `level`.

    Attributes
    ----------
    level : float
        Outcome per period without media at mean controls, KPI units.
    trend : float
        Growth from the first to the last period.
    season : tuple of pairs
        Sine and cosine effect of each yearly Fourier mode.
    price : float
        Effect of one index point above 100.
    promotion : float
        Effect of the whole range being on promotion.
    temperature : float
        Effect of one degree Celsius above 10.
    """

    level: float = 1.0
    trend: float = 0.02
    season: tuple[tuple[float, float], ...] = ((-0.05, 0.06), (0.02, 0.025))
    price: float = -0.012
    promotion: float = 0.22
    temperature: float = -0.002

    def baseline(self, controls: pd.DataFrame) -> Floats:
        """Return the outcome without media per period, KPI units; `controls` has the periods as its index."""
        weeks = pd.DatetimeIndex(controls.index)
        relative = 1.0 + self.trend * np.linspace(0.0, 1.0, len(weeks))
        angle = 2 * np.pi * weeks.day_of_year.to_numpy() / 365.25
        for mode, (sine, cosine) in enumerate(self.season, start=1):
            relative = relative + sine * np.sin(mode * angle) + cosine * np.cos(mode * angle)
        relative = relative + self.price * (controls["price_index"].to_numpy() - 100.0)
        relative = relative + self.promotion * controls["promotion"].to_numpy()
        relative = relative + self.temperature * (controls["temperature"].to_numpy() - 10.0)
        result: Floats = self.level * relative
        return result

    def as_dict(self) -> dict[str, object]:
        """Return the parameters."""
        return asdict(self)


def simulate_controls(rng: np.random.Generator, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Draw the non-media drivers.

    Returns
    -------
    DataFrame
        Index = `weeks`; `price_index` (mean 100), `promotion` (share of the range on promotion, 0 to 1),
        `temperature` (weekly mean, degrees Celsius). Rounded as a file holds them, so that the truth is what is read.
    """
    price = np.empty(len(weeks))
    level = 0.0
    for week, shock in enumerate(rng.normal(0.0, 1.0, len(weeks))):
        level = 0.8 * level + shock
        price[week] = 100.0 + 1.3 * level
    on_promotion = (rng.uniform(size=len(weeks)) < 0.16) | np.isin(weeks.isocalendar().week.to_numpy(), (2, 27, 48))
    promotion = np.where(on_promotion, rng.uniform(0.15, 0.6, len(weeks)), 0.0)
    warmth = -np.cos(2 * np.pi * (weeks.day_of_year.to_numpy() - 20) / 365.25)
    temperature = 10.0 + 9.0 * warmth + rng.normal(0.0, 2.4, len(weeks))
    frame = {"price_index": price.round(2), "promotion": promotion.round(2), "temperature": temperature.round(1)}
    return pd.DataFrame(frame, index=weeks)
