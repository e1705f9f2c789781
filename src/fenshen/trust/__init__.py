"""Consent, accounts, creator's limits, labels and the audit log: who may do what, and what may be said."""
