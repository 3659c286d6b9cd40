"""What the data can carry, before anything is fitted: history, outcome, media, and how many groups they allow."""
