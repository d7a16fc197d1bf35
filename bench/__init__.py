"""Measurements that anyone can run: `make bench`. Speed is told as a ratio to a floor of the same run."""
