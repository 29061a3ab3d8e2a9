"""What will change: trees, changes, rendering, wiring. Pure."""
