"""Independent validation: the catalogue of tests, the plan, its run, the challenge by unrelated code, and replay."""
