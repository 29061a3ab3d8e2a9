"""What the templates of a resource are given, and where their files stand. Pure."""
