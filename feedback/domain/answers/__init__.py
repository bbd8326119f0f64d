"""The reading of answers: splits a complaint into points, reads the structured answer, returns findings.

Pure and offline. Rules are data (``lexicons/*.json``, ``reasons.json``): a supervisor can extend them,
and every entry carries the example that tests it. Findings advise; a person decides.
"""
