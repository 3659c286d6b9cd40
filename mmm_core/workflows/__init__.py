"""One function per user action. The app and the command line call these and nothing below."""
