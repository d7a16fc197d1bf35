"""Verbs. One public function is one intention, one transaction and one journal line."""
