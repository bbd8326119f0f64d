"""Sample data of a trial: an invented province, its people, and complaints played through the services.

Nothing here writes a case by itself: every state was reached by calling the deeds that people's clicks call, under
a clock moved into the past. The words are in ``feedback/data/samples/*.json``.
"""
