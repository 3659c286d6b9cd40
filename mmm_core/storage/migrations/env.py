"""Run by Alembic, on the connection that `mmm_core.storage.migrating` gives it."""

from alembic import context

from mmm_core.storage.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
