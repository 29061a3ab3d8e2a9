"""One module per command: plans, shows, applies and verifies, in that order."""
