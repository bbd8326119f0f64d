"""``feedback web``: the web processes under gunicorn."""

import os
import sys

import click

APP = "feedback.app:create_app()"
MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""For the C library (glibc; others do not read them): the threads of a process share one heap, which only one
of them uses at a time anyway, and what is free at its end goes back: a seventh less after some hundred pages.
What the environment says already stands."""


@click.command()
@click.option("--bind", default=None, help="Address, such as 127.0.0.1:8000 or unix:/run/hoiam/web.sock.")
@click.option("--workers", default=2, show_default=True, help="Processes; as many as there are cores.")
@click.option("--threads", default=4, show_default=True, help="Threads in each process.")
def web(bind: str | None, workers: int, threads: int) -> None:
    """Serve the site. Replaces this process with gunicorn; stands behind nginx in production."""
    os.umask(0o077)  # the database, its journal and the logs are for their owner alone
    port = os.environ.get("FEEDBACK_PORT", "8000")
    # One process to signal, no shell between.
    os.execve(sys.executable, command(bind=bind or f"127.0.0.1:{port}", workers=workers, threads=threads),
              MEMORY | dict(os.environ))


def command(*, bind: str, workers: int = 2, threads: int = 4, app: str = APP) -> list[str]:
    """The words that start gunicorn with the house's flags. The benches start their ceiling with the same ones."""
    return [
        sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(workers),
        "--threads", str(threads), "--bind", bind, "--graceful-timeout", "3", "--timeout", "60",
        "--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else ".", "--no-control-socket", app,
    ]
