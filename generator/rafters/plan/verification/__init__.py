"""What is verified of a template, and what came of it: plans, causes and reports as values."""
