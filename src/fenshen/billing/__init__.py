"""Ledger, holds, meter, payments and statements: prepaid calls charged by the acknowledged second.

The flow: quote → hold (a quota of seconds) → acknowledged usage → post per quota → give the rest back
→ statement. `ledger` is the only writer of money. Knows nothing about AI, HTTP or what is being sold.
"""
