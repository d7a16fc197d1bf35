"""The rules as pure values and functions: no clock, request, session or database."""
