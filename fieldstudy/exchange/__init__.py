"""Other people's files become frozen values, or a list of problems; never half of them, and never the database."""
