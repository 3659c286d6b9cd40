"""What holds for all tests: no deadline per example, since no test asserts a time."""

from hypothesis import settings

settings.register_profile("workshop", deadline=None, max_examples=60)
settings.load_profile("workshop")
