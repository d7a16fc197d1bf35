"""A made-up study, so that a first look shows a full house: the client, its stores and its visitors do not exist."""
