"""The client's tree and the mapping of line items to its leaves: catalogue, rules, choices, resolution."""
