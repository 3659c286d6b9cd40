"""Projects, sources, revisions, fits, scenarios and the audit trail."""

from datetime import datetime, timedelta

import pytest

from mmm_core.errors import BadInput, EditConflict, NotFound
from mmm_core.storage import audit, fits, holds, projects, revisions, scenarios, sources
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.database import Database
from mmm_core.storage.projects import Project

FIT, PANEL = "f" * 64, "b" * 64


def _add_source(
    database: Database, store: ArtefactStore, project: Project, content: bytes, now: datetime, name: str = "media.csv"
) -> sources.Source:
    key = store.put_bytes(content)
    with database.transaction() as session:
        return sources.add_source(
            session,
            store,
            project_id=project.id,
            kind="media",
            name=name,
            fingerprint=key,
            reading={"layout": "long"},
            now=now,
        )


def _save(
    database: Database, project: Project, base: int, content: dict[str, object], author: str, now: datetime
) -> revisions.Revision:
    with database.transaction() as session:
        return revisions.save_revision(
            session, "mapping", project_id=project.id, base_number=base, content=content, author=author, now=now
        )


def _register_fit(database: Database, store: ArtefactStore, project: Project, now: datetime) -> fits.StoredFit:
    for key in (FIT, PANEL):
        store.put_folder(key, lambda folder: (folder / "draws").write_bytes(b"draws"))
    fit = fits.StoredFit(
        project_id=project.id,
        fingerprint=FIT,
        panel_fingerprint=PANEL,
        mapping_number=1,
        specification_number=1,
        artefact_key=FIT,
        summary={"r2": 0.9},
        created_at=now,
    )
    with database.transaction() as session:
        return fits.register_fit(session, store, fit)


def test_a_project_is_changed_only_from_the_state_that_its_editor_saw(database: Database, project: Project) -> None:
    with database.transaction() as session:
        changed = projects.change_project(session, project.id, base=project, name="Acme 2", settings={})
    with pytest.raises(EditConflict, match="'Acme 2' were changed"), database.transaction() as session:
        projects.change_project(session, project.id, base=project, name="Mine", settings={})
    with database.reading() as session:
        assert projects.get_project(session, project.id) == changed


def test_the_same_file_is_not_added_twice(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    _add_source(database, store, project, b"a,b", now)
    with pytest.raises(BadInput, match=r"'copy.csv' is in this project already \(source 'media.csv'\)"):
        _add_source(database, store, project, b"a,b", now, name="copy.csv")


def test_sources_keep_their_order_and_their_reading(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    added = tuple(_add_source(database, store, project, content, now) for content in (b"z", b"a", b"m"))
    with database.transaction() as session:
        base = added[0].reading
        sources.change_reading(session, project.id, added[0].id, base=base, reading={"layout": "wide"})
    with pytest.raises(EditConflict, match=r"How 'media.csv' is read was changed"), database.transaction() as session:
        sources.change_reading(session, project.id, added[0].id, base=base, reading={"layout": "other"})
    with database.reading() as session:
        listed = sources.list_sources(session, project.id)
    assert [source.id for source in listed] == [source.id for source in added]
    assert listed[0].reading == {"layout": "wide"}


def test_a_source_is_not_reached_through_another_project(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    source = _add_source(database, store, project, b"a", now)
    with database.transaction() as session:
        other = projects.create_project(session, name="Other", settings={}, now=now)
        with pytest.raises(NotFound, match="no such source in this project"):
            sources.get_source(session, other.id, source.id)


def test_a_removed_source_takes_its_file_with_it(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    source = _add_source(database, store, project, b"a", now)
    with database.transaction() as session:
        keys = sources.remove_source(session, project.id, source.id)
    with database.transaction() as session:
        assert holds.remove_unheld(session, store, keys) == 1
    assert not store.has(source.artefact_key)


def test_a_source_whose_file_was_never_put_is_refused(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    with pytest.raises(NotFound, match="removed while it was about to be used"), database.transaction() as session:
        sources.add_source(
            session, store, project_id=project.id, kind="kpi", name="k", fingerprint="a" * 64, reading={}, now=now
        )


def test_revisions_are_numbered_and_name_their_parent(database: Database, project: Project, now: datetime) -> None:
    first = _save(database, project, 0, {"rules": [1]}, "Ada", now)
    second = _save(database, project, 1, {"rules": [2]}, "Ben", now)
    assert [(first.number, first.parent), (second.number, second.parent)] == [(1, 0), (2, 1)]
    with database.reading() as session:
        assert revisions.latest_revision(session, "mapping", project.id) == second
        assert revisions.get_revision(session, "mapping", project.id, 1) == first
        assert revisions.list_revisions(session, "mapping", project.id) == (second, first)
        assert revisions.latest_revision(session, "specification", project.id) is None


def test_a_later_writer_gets_a_conflict_that_names_who_saved_and_when(
    database: Database, project: Project, now: datetime
) -> None:
    _save(database, project, 0, {"rules": [1]}, "Ada", now)
    kept = _save(database, project, 1, {"rules": [2]}, "Ben", now)
    with pytest.raises(EditConflict, match=r"Ben saved mapping revision 2 at 2026-03-02 09:30 UTC.*on revision 1"):
        _save(database, project, 1, {"rules": [3]}, "Ada", now)
    with database.reading() as session:
        assert revisions.list_revisions(session, "mapping", project.id)[0] == kept


def test_saving_what_is_saved_already_adds_no_revision(database: Database, project: Project, now: datetime) -> None:
    first = _save(database, project, 0, {"a": 1, "b": 2}, "Ada", now)
    assert _save(database, project, 0, {"b": 2, "a": 1}, "Ben", now) == first


def test_a_fit_registered_twice_is_one(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    fit = _register_fit(database, store, project, now)
    assert _register_fit(database, store, project, now + timedelta(hours=1)) == fit
    with database.reading() as session:
        assert fits.list_fits(session, project.id) == (fit,)
        with pytest.raises(NotFound, match="no such fit"):
            fits.get_fit(session, project.id, "0" * 64)


def test_a_scenario_is_saved_only_on_the_edit_that_its_editor_saw(
    database: Database, project: Project, now: datetime
) -> None:
    with database.transaction() as session:
        kept = scenarios.create_scenario(
            session, project_id=project.id, name="More", content={"TV": 1.2}, fit_fingerprint="", author="Ada", now=now
        )
    edit = {"name": "More", "content": {"TV": 1.3}, "fit_fingerprint": "", "author": "Ben", "now": now}
    with database.transaction() as session:
        saved = scenarios.save_scenario(session, project.id, kept.id, base_number=1, **edit)
    with pytest.raises(EditConflict, match="Ben saved the scenario 'More'"), database.transaction() as session:
        scenarios.save_scenario(session, project.id, kept.id, base_number=1, **edit)
    with database.transaction() as session:
        assert scenarios.list_scenarios(session, project.id) == (saved,)
        scenarios.remove_scenario(session, project.id, kept.id)
    with database.reading() as session, pytest.raises(NotFound, match="no such scenario"):
        scenarios.get_scenario(session, project.id, kept.id)


def test_a_deleted_project_leaves_nothing_of_the_client(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    _add_source(database, store, project, b"secret", now)
    _register_fit(database, store, project, now)
    _save(database, project, 0, {"rules": []}, "Ada", now)
    with database.transaction() as session:
        audit.record(
            session,
            audit.AuditEntry(project_id=project.id, at=now, author="Ada", action="mapping.saved", detail={"n": 1}),
        )
    with database.transaction() as session:
        held = projects.delete_project(session, project.id, author="Ada", now=now)
    with database.transaction() as session:
        assert holds.remove_unheld(session, store, held) == 3
    assert list(store.keys()) == []
    with database.reading() as session:
        assert projects.list_projects(session) == ()
        assert sources.list_sources(session, project.id) == ()
        assert revisions.list_revisions(session, "mapping", project.id) == ()
        assert [(e.action, e.detail) for e in audit.list_entries(session, project.id)] == [(projects.DELETED, {})]
        with pytest.raises(NotFound, match="no such project"):
            projects.get_project(session, project.id)


def test_a_file_shared_with_another_project_outlives_the_first(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    with database.transaction() as session:
        other = projects.create_project(session, name="Other", settings={}, now=now)
    kept = _add_source(database, store, other, b"shared", now)
    _add_source(database, store, project, b"shared", now)
    with database.transaction() as session:
        held = projects.delete_project(session, project.id, author="Ada", now=now)
    with database.transaction() as session:
        assert holds.remove_unheld(session, store, held) == 0
    assert store.read_bytes(kept.artefact_key) == b"shared"


def test_nothing_is_saved_into_a_deleted_project(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    with database.transaction() as session:
        projects.delete_project(session, project.id, author="Ada", now=now)
    with pytest.raises(NotFound, match="no such project"):
        _save(database, project, 0, {"rules": []}, "Ben", now)
    with pytest.raises(NotFound, match="no such project"):
        _add_source(database, store, project, b"late", now)


def test_the_sweep_removes_only_what_nobody_came_to_hold(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    held = _add_source(database, store, project, b"held", now)
    left = store.put_bytes(b"left by a crash")
    with database.transaction() as session:
        assert holds.sweep(session, store) == 0
    with database.transaction() as session:
        assert holds.sweep(session, store, older_than=timedelta(0)) == 1
    assert store.has(held.artefact_key)
    assert not store.has(left)
