"""How far a fit or a holdout is, in lines for people who have no browser before them."""

from collections.abc import Callable

from mmm_core.modeling.progress import Progress
from mmm_core.validation.holdout_record import HoldoutProgress

Say = Callable[[str], None]
"""Takes one line."""


def fit_lines(say: Say, *, every_seconds: float = 2.0) -> Callable[[Progress], None]:
    """Turn the progress of a fit into lines, one per stage and then at most one per `every_seconds`."""
    stage, said_at = "", 0.0

    def tick(progress: Progress) -> None:
        nonlocal stage, said_at
        if progress.stage == stage and progress.elapsed_seconds - said_at < every_seconds:
            return
        stage, said_at = progress.stage, progress.elapsed_seconds
        drawn = ", ".join(f"{chain.draws}/{chain.total}" for chain in progress.chains)
        divergences = sum(chain.divergences for chain in progress.chains)
        eta = f", about {progress.eta_seconds:.0f} s to go" if progress.eta_seconds else ""
        say(
            f"{progress.stage}: {progress.elapsed_seconds:.0f} s"
            + (f", draws {drawn}, {divergences} divergences{eta}" if drawn else eta)
        )

    return tick


def holdout_lines(say: Say) -> Callable[[HoldoutProgress], None]:
    """Turn the progress of a holdout into one line per refit."""
    said: set[tuple[int, int]] = set()

    def tick(progress: HoldoutProgress) -> None:
        at = (progress.fold, progress.refit)
        if at in said:
            return
        said.add(at)
        if progress.refit:
            say(f"testing: refit {progress.refit} of {progress.refits}")
        else:
            say(f"testing: forecast {progress.fold} of {progress.folds}")

    return tick
