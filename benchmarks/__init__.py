"""Each performance goal as a runnable measure: `make bench`."""
