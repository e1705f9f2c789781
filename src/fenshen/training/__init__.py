"""Retraining: a library becomes examples, examples an adapter, an adapter a judged version."""
