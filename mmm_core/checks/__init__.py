"""Do the numbers add up? Subtotals, reconciliation and integrity findings."""
