"""Background work that survives a closed tab and a crash: rows in the database, Dask's workers to carry them out.

The row of a job is the truth (`mmm_core.storage.jobs`); processes only carry it out. Every app process has one crew:

- the *fitter* carries out queued jobs. Its foreman is a child of the app that has the scheduler and the workers below
  it, or is the client of a cluster that is there already; workers have imported the model's libraries before anybody
  asks;
- the *evaluator* answers scenario requests, with the last few fits kept ready.

In the app: `crew`, `fitter`, and `station` (one child). In the foreman: `child`, `foreman` (round and round),
`dispatch` (which job is next, which has lost its worker), `roster` (who is there), `cluster` and `own_workers` (Dask).
On a worker: `worker`, `running` (one job from claim to end), `kinds` (what there is to do), then `task` and `holdout`.
"""
