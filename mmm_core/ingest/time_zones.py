"""Time zones by their IANA names."""

from zoneinfo import ZoneInfo

from mmm_core.errors import BadInput


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone; raises `BadInput` for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as failure:  # unknown; a path; a folder such as "Europe"
        raise BadInput(
            f"There is no time zone {name!r}",
            expected="a name such as 'Europe/Berlin' or 'UTC' was expected",
            remedy="Correct the name",
        ) from failure
