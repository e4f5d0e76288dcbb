"""Fuzz targets: every reader of files from elsewhere on bytes that a machine makes up.

``make fuzz`` runs them under libFuzzer with the coverage of the readers as its guide; ``corpus/`` holds files of ours
to begin from, and whatever once broke a reader. The tests read the corpus through the same targets.
"""
