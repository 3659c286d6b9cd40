"""Names spelled in several ways: one finding per name, judged where it occurs, under a key of its own."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from builders import kpi, media, mondays

from mmm_core.findings import Finding
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.scoping import Scoped, lay_ground, scope

CODES = ("look_alike_names", "mixed_script_names")


def scoped_of(names: Sequence[tuple[str, str]], groups: Sequence[str]) -> Scoped:
    """Put every (platform, campaign) into the group at its place, "" for none."""
    dates = mondays(30)
    rows = [
        ((platform, campaign), date, 10.0 + place) for place, (platform, campaign) in enumerate(names) for date in dates
    ]
    data = ProjectData(media=(media(rows, dimensions=("platform", "campaign")),), kpi=kpi(dates, np.arange(30) + 1.0))
    ground, mapping = lay_ground(data, ProjectSettings(name="Test")), Mapping(levels=("Group",))
    for item, row in ground.items.iterrows():
        group = groups[list(names).index((row["platform"], row["campaign"]))]
        mapping = mapping.assign([str(item)], Target(path=(group,))) if group else mapping
    return scope(ground, mapping)


def found(scoped: Scoped) -> list[Finding]:
    keys = Counter(finding.key for finding in scoped.findings)
    assert [key for key, count in keys.items() if count > 1] == []
    return [finding for finding in scoped.findings if finding.code in CODES]


META, GOOGLE = (
    [("meta", "Brand Video"), ("meta", "brand video")],
    [("google", "Brand Video"), ("google", "BRAND-VIDEO")],
)


def test_one_name_in_two_platforms_with_other_spellings_is_one_finding() -> None:
    (finding,) = found(scoped_of([*META, *GOOGLE], ["A", "A", "B", "B"]))
    assert set(finding.evidence["values"]) == {"Brand Video", "brand video", "BRAND-VIDEO"}
    assert finding.severity == "note"
    assert "They are together wherever they occur, so the model sees one thing." in finding.message


def test_a_name_is_judged_within_its_platform_and_fixed_where_it_is_apart() -> None:
    scoped = scoped_of([*META, *GOOGLE], ["A", "A", "B", "C"])
    (finding,) = found(scoped)
    assert finding.severity == "warning"
    moved = scoped.ground.items.loc[list(finding.fix.line_items), "platform"]
    assert moved.tolist() == ["google", "google"]


def test_another_spelling_of_the_same_name_leaves_the_thread_where_it_hangs() -> None:
    (before,) = found(scoped_of(META, ["A", "B"]))
    (after,) = found(scoped_of([*META, *GOOGLE], ["A", "B", "C", "C"]))
    assert after.key == before.key
    assert after.fingerprint != before.fingerprint


def test_names_of_two_scripts_that_are_like_no_other_are_one_finding_per_name() -> None:
    names = [("meta", "St\u043ery"), ("google", "ST\u043eRY"), ("tv", "Spots"), ("radio", "Sp\u043ets")]
    told = found(scoped_of(names, ["A", "B", "C", "D"]))
    assert {finding.code for finding in told} == {"mixed_script_names"}
    assert sorted(finding.about for finding in told) == sorted({finding.about for finding in told})
    assert {value for finding in told for value in finding.evidence["values"]} == {
        "St\u043ery",
        "ST\u043eRY",
        "Sp\u043ets",
    }
