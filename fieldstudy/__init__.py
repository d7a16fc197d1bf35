"""Fieldstudy: customer experience studied in the field."""
