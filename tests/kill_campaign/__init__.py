"""The kill -9 campaign: the real voyage and its commands, killed at many moments; nothing recorded may be lost.

A chain begins in an empty workspace. Moment after moment, a command is started in its own process group and killed with
SIGKILL, each time in the same workspace, from the first stages to the last; at the end of the chain the voyage is
sailed to its end. A full voyage after each single kill would say no more than this and take hours: after each kill
everything recorded is verified by `data verify`, `audit verify` and `sign verify`, the files and log entries seen so
far must still be there unchanged, and the next command of the chain must go on from what it finds.

A moment is either a share of the known length of a stage, counted from the log line that ends the stage before, or
the n-th call of the kernel that makes something lasting (fsync, fdatasync, rename, link), where strace delivers the
signal on entry of the call. Two moments in five spare the children of the process, as an out-of-memory killer does;
these must end by themselves.

`make kill` runs it; `docs/robustness.md` has the figures.
"""
