"""What the pages share: state, caching, the frame's parts. Never imported by `mmm_core`."""
