"""What the system says about its own doings: logs with run ids and without secrets."""
