"""Commands beside a trial: `feedback up` leaves a note of its settings; commands called without any follow it."""

import json
import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

_NOTE = "trial.json"
_SECRETS = ("FEEDBACK_SECRET_KEY", "FEEDBACK_PEPPER")


def leave_note(data: Path, environment: Mapping[str, str]) -> None:
    """Write the trial's settings into its data folder, for its owner alone. Secrets are named by their files; when
    they were given in the environment itself nothing is written: whoever gave them can give them again."""
    note = data / _NOTE
    note.unlink(missing_ok=True)
    if any(name in environment for name in _SECRETS):
        return
    settings = {name: value for name, value in environment.items() if name.startswith("FEEDBACK_")}
    with open(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(settings, file)


def follow_note(environ: MutableMapping[str, str] | None = None) -> Path | None:
    """Put the settings of the trial in FEEDBACK_DATA (or `var/`) into this process's environment (or ``environ``)
    where they are missing; the trial's folder, or None.

    Does nothing when any secret is set: then somebody has said which system is meant.
    """
    environ = os.environ if environ is None else environ
    if any(f"{name}{ending}" in environ for name in _SECRETS for ending in ("", "_FILE")):
        return None
    data = Path(environ.get("FEEDBACK_DATA", "var")).absolute()
    try:
        settings = json.loads((data / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if settings.get("FEEDBACK_DATA") != str(data):  # the folder was moved or copied: its paths lead elsewhere
        return None
    for name, value in settings.items():
        environ.setdefault(name, value)
    return data
