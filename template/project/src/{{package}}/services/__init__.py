"""The rules: plain functions over a session and a user, without HTTP."""
