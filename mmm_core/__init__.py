"""The domain of MMM Workshop: from a client's media files to a scenario with a range.

Read the packages in the order of the data: `ingest`, `taxonomy`, `panel`, `checks`, `modeling`,
`estimands`, `planning`; `storage`, `jobs` and `workflows` carry them. `docs/architecture.md` is the map.
"""

__version__ = "0.1.0"
