"""Line items and a mapping become period x geo x group arrays: calendar, the regroup kernel, the window, the panel."""
