"""The validation report: built as data from records, then drawn and rendered; nothing is computed here."""
