"""The parts of the page Mapping: what stands where, the views, and how an edit is saved."""
