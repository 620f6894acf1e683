"""How an older database becomes today's: alembic's scripts, loaded only where one is found."""
