"""The parts of the page Data: files that wait, files that are in, their roles, differences, rates and queries."""
