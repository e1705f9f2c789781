"""Settings, errors, clock, ids, money, database, files, jobs and logs. Knows no product noun."""
