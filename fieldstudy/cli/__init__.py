"""The command line: thin, with the same services as the pages. Its context holds the factory of the application."""

from fieldstudy.cli import backups, creation, imports, lists, operations, privacy, reports
from fieldstudy.cli.root import in_app, main

__all__ = ["backups", "creation", "imports", "in_app", "lists", "main", "operations", "privacy", "reports"]
