"""Reads. find_ may be None, get_ raises, list_ and count_ tell their kind; nothing here adds or commits."""
