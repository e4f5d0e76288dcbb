"""Words that every package shares: errors, digests, clock and id ports, evidence, test results, workspace paths."""
