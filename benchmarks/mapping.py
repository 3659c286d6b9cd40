"""The mapping workbench on catalogues of 10,000 and 50,000 line items with names as campaigns have them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.measure import Measure, at_most, median_seconds
from mmm_core.taxonomy.clusters import METHODS, cluster_names
from mmm_core.taxonomy.difference import difference
from mmm_core.taxonomy.facets import Tokens, facet
from mmm_core.taxonomy.learning import learn_rules
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.proposal import Proposal, accept
from mmm_core.taxonomy.resolution import Resolution, resolve
from mmm_core.taxonomy.rule_preview import preview_rule, rule_facts
from mmm_core.taxonomy.selection import select_items
from mmm_core.taxonomy.suggestions import suggest

_ISSUE, _OWN = "issue 3", "own: a filter answers within a tenth of a second"
_KINDS = ("Brand", "Perf", "Search", "Video", "Catalogue", "Retargeting")
_PLATFORMS = {"Meta": "FB", "Google Ads": "GG", "YouTube": "YT", "TikTok": "TT"}


@dataclass(frozen=True)
class _Workbench:
    """A catalogue seen through 16 rules, with what the app keeps between edits."""

    items: pd.DataFrame
    names: ReadNames
    tokens: Tokens
    mapping: Mapping
    resolution: Resolution


def measures() -> Iterator[Measure]:
    """Time what the workbench does between a click and its answer."""
    large, small = _workbench(50_000), _workbench(10_000)
    yield from _rules(large)
    yield from _facets(large)
    yield from _look_alikes(small)
    yield from _guesses(small)
    yield from _changes(small)


def _rules(bench: _Workbench) -> Iterator[Measure]:
    def look() -> None:
        resolution = resolve(bench.items, bench.mapping, bench.names)
        rule_facts(bench.items, bench.mapping, resolution, bench.names)

    rule = Rule(match={"campaign": ("*_de_*", "/_at_/")}, target=Target(path=("All", "German")))
    yield at_most("16 rules over 50k line items: who goes where", 1000 * median_seconds(
        lambda: resolve(bench.items, bench.mapping, bench.names)), "ms", 200, _ISSUE)  # fmt: skip
    yield at_most("the same with what each rule does and conflicts", 1000 * median_seconds(look), "ms", 200, _ISSUE)
    seconds = median_seconds(lambda: preview_rule(bench.items, bench.resolution, bench.mapping, rule, 3, bench.names))
    yield at_most("preview of one more rule over 50k line items", 1000 * seconds, "ms", 100, _OWN)


def _facets(bench: _Workbench) -> Iterator[Measure]:
    mask = np.arange(len(bench.items)) % 3 > 0
    once = median_seconds(lambda: Tokens(bench.items, bench.names), times=3)
    yield at_most("index of the tokens of 50k names, once per catalogue", once, "s", 2.0, "own: part of opening")
    seconds = median_seconds(lambda: bench.tokens.token_facet(bench.resolution, mask))
    yield at_most("token facet of a selection among 50k line items", 1000 * seconds, "ms", 50, _OWN)
    seconds = median_seconds(lambda: facet(bench.items, bench.resolution, "campaign", mask, bench.names))
    yield at_most("facet with tens of thousands of values, 50k line items", 1000 * seconds, "ms", 100, _OWN)
    seconds = median_seconds(
        lambda: select_items(
            bench.items, bench.resolution, bench.names, bench.tokens, text="brand de", tokens=("fb",), status="mapped"
        )
    )
    yield at_most("filter by words, token and status, 50k line items", 1000 * seconds, "ms", 100, _OWN)


def _look_alikes(bench: _Workbench) -> Iterator[Measure]:
    for method in METHODS:
        for strictness in (0.9, 0.7):

            def cluster(method=method, strictness=strictness) -> None:
                cluster_names(
                    bench.items, bench.resolution, dimension="campaign", method=method, strictness=strictness,
                    names=bench.names,
                )  # fmt: skip

            seconds = median_seconds(cluster, times=3)
            yield at_most(f"look-alikes among 10k names, {method} {strictness:g}", seconds, "s", 1.0, _ISSUE)


def _guesses(bench: _Workbench) -> Iterator[Measure]:
    some = _chosen(bench, every=3)
    resolution = resolve(bench.items, some, bench.names)
    seconds = median_seconds(
        lambda: suggest(bench.items, resolution, some, names=bench.names, index=bench.tokens), times=3
    )
    yield at_most("suggestions for 10k line items", seconds, "s", 1.0, "own: while a person looks on")
    seconds = median_seconds(lambda: learn_rules(bench.items, resolution, some, bench.names), times=3)
    yield at_most("rules learned from 2.2k choices", seconds, "s", 1.0, "own: while a person looks on")


def _changes(bench: _Workbench) -> Iterator[Measure]:
    other = _chosen(bench, every=2)
    sides = [(mapping, resolve(bench.items, mapping, bench.names)) for mapping in (bench.mapping, other)]
    seconds = median_seconds(lambda: difference(bench.items, sides[0], sides[1]))
    yield at_most("difference of two mappings of 10k line items", 1000 * seconds, "ms", 200, "own: a click")
    proposal = Proposal(base=bench.mapping, latest=bench.mapping.assign(bench.items.index[:50], Target(exclude="x")),
                        mine=other)  # fmt: skip

    def settle() -> None:
        accept(proposal, [change.key for change in proposal.changes(bench.items, bench.names)])

    yield at_most(
        "proposal of 3.3k choices listed and taken over", median_seconds(settle, times=3), "s", 1.0, "own: a click"
    )


def _chosen(bench: _Workbench, *, every: int) -> Mapping:
    """Choose by hand what the rules decide for every so many line items."""
    targets = [Target(path=path) for path in bench.resolution.leaves]
    leaf = bench.resolution.table["leaf"].to_numpy()
    mapping = Mapping(levels=bench.mapping.levels, leaves=bench.mapping.leaves)
    for at, target in enumerate(targets):
        mapping = mapping.assign(bench.items.index[np.flatnonzero(leaf == at)[::every]], target)
    return mapping


def _workbench(count: int) -> _Workbench:
    items = campaign_items(count)
    names = ReadNames(items)
    tokens = Tokens(items, names)
    rules = tuple(
        Rule(
            match={"campaign": (f"*{kind}*",), "platform": (platform,)},
            target=Target(path=("All", f"{kind} {platform}")),
        )
        for kind in _KINDS[:4]
        for platform in _PLATFORMS
    )
    mapping = Mapping(levels=("Top", "Group"), rules=rules)
    return _Workbench(items, names, tokens, mapping, resolve(items, mapping, names))


def campaign_items(count: int) -> pd.DataFrame:
    """Make a catalogue whose campaigns are named as agencies name them, with other separators, capitals and slips."""
    rng = np.random.default_rng(3)
    letters = np.array(list("abcdefghiklmnoprstuvw"))
    words = ["".join(rng.choice(letters, rng.integers(4, 10))).title() for _ in range(800)]
    platforms = list(_PLATFORMS)
    picks = rng.integers(0, [4, 6, 800, 4, 3, 4, 4, 800], (count, 8))
    campaigns, sets = [], []
    for at, (platform, kind, word, place, year, quarter, separator, audience) in enumerate(picks):
        parts = [_PLATFORMS[platforms[platform]], _KINDS[kind], words[word], ("DE", "AT", "CH", "FR")[place],
                 f"202{year}Q{quarter + 1}"]  # fmt: skip
        name = "_- /"[separator].join(parts)
        campaigns.append(name.upper() if at % 41 == 0 else name.replace("a", "aa", 1) if at % 37 == 0 else name)
        sets.append(f"{words[audience]} {at % 90}")
    frame = pd.DataFrame(
        {"platform": np.array(platforms)[picks[:, 0]], "campaign": campaigns, "ad_set": sets}, dtype="string"
    )
    return frame.assign(
        name=frame["platform"] + " / " + frame["campaign"] + " / " + frame["ad_set"],
        source="bench.csv",
        rows=156,
        spend_micros=rng.integers(0, 10**12, count),
        exposure=np.nan,
        first_date=pd.Timestamp("2024-01-01"),
        last_date=pd.Timestamp("2024-12-30"),
    ).set_index(pd.Index([f"{number:016x}" for number in range(count)], name="line_item_id"))
