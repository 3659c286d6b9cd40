"""The changes, in order. A new one also raises `mmm_core.storage.migrating.NEWEST`."""
