"""Background work that survives a closed tab and a crash: rows in the database, two warm children of the app.

The row of a job is the truth (`mmm_core.storage.jobs`); the crew only carries it out. Every app process has one crew:

- the *fitter* takes queued fits one at a time, the oldest first, in a process that has imported the model's libraries
  before anybody asks;
- the *evaluator* answers scenario requests, with the last few fits kept ready.

Read `crew` first, then `station` (one child, seen from the app), `child` (the same, seen from inside), `running`
(one job from claim to end) and `dispatch` (which job is next, which has died).
"""

from mmm_core.jobs.crew import Crew, crew_status, start_crew, stop_crews
from mmm_core.jobs.task import FitTask, submit_fit

__all__ = ["Crew", "FitTask", "crew_status", "start_crew", "stop_crews", "submit_fit"]
