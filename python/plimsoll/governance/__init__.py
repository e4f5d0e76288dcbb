"""Who may use which model for what: inventory, lifecycle, findings, signatures and the audit log.

Imports the vocabulary and the standard library alone, so that an audit trail opens and verifies anywhere.
"""
