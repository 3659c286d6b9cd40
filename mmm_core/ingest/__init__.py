"""From a client's file to a typed table, in the order of the modules' use.

`readers` (bytes to text cells; `sandbox` does the same in a child process) -> `guess` (which column plays which role)
-> `readings` (the roles as decided) -> `typed` (dates, exact money, line items). Nothing is imported here, so that the
child process starts fast.
"""
