"""Run every measure: `python -m benchmarks [name ...]`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import (
    app,
    browser,
    comparison,
    corpus,
    ingest,
    jobs,
    mapping,
    model,
    regroup,
    resolvability,
    validation,
)
from benchmarks.measure import Measure, report

SUITES = {
    "app": app.measures,
    "browser": browser.measures,
    "regroup": regroup.measures,
    "mapping": mapping.measures,
    "ingest": ingest.measures,
    "corpus": corpus.measures,
    "jobs": jobs.measures,
    "model": model.measures,
    "resolvability": resolvability.measures,
    "comparison": comparison.measures,
    "validation": validation.measures,
}


def main(names: list[str]) -> int:
    """Run the named suites, all by default."""
    unknown = sorted(set(names) - set(SUITES))
    if unknown:
        print(f"Unknown: {', '.join(unknown)}; known: {', '.join(SUITES)}", file=sys.stderr)
        return 2

    def chosen() -> Iterator[Measure]:
        for name in names or SUITES:
            yield from SUITES[name]()

    report(chosen(), Path(__file__).with_name("results.json"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
