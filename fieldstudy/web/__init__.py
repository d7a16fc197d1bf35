"""One room per audience: account, field, studio (coordinators), desk (reviewers), manager, admin."""
