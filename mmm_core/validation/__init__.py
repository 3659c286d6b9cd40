"""Whether a fit can be trusted: what it says of itself, and what it foresaw of weeks that it had not seen.

- *A fit at hand*: `measures` collects figures from its draws, `fit_checks` judges them. Nothing is sampled.
- *Holdout*: `folds` cuts the history, `holdout` refits on what was known at each point and forecasts what came next
  (`forecasting`), `naive` does the same without a model; `holdout_record` is what is kept of it, `foresight` sums it
  up, `holdout_checks` judges.
- *Stability*: `stability` refits without the last weeks and with other priors (`priors_resampled`), `agreement` and
  `patterns` compare, `stability_checks` judges.
- *Decisions*: `backtest` splits the budgets of the past anew and scores the split by a later fit.
- *Answers*: `validate` makes all of that, `verdicts` says whether the model can forecast, rank and advise, `health`
  counts points, `trust` puts them together.
- *The method itself*: `calibration` counts how often ranges hold the truth of simulated clients.

Every threshold stands in `limits`, with its source. `scores` has the numbers behind it all.
"""
