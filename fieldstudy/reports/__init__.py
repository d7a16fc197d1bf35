"""Figures become frozen, already worded values; the page and the PDF of a store are made from the same ones."""
