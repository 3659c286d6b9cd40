"""Whether a fit can be trusted: what it says of itself, and what it foresaw of weeks that it had not seen.

- *A fit at hand*: `measures` collects figures from its draws, `fit_checks` judges them. Nothing is sampled.
- *Holdout*: `folds` cuts the history, `holdout` refits on what was known at each point and forecasts what came next
  (`forecasting`), `naive` does the same from last year's figures; `foresight` sums up, `holdout_checks` judges.
- *Answers*: `verdicts` says whether the model can forecast, rank and advise, `health` counts points.

Every threshold stands in `limits`, with its source. `scores` has the numbers behind it all.
"""
