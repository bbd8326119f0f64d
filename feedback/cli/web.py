"""``feedback web``: the web processes under gunicorn."""

import os
import sys

import click


@click.command()
@click.option("--bind", default=None, help="Address, such as 127.0.0.1:8000 or unix:/run/hoiam/web.sock.")
@click.option("--workers", default=2, show_default=True, help="Processes; as many as there are cores.")
@click.option("--threads", default=4, show_default=True, help="Threads in each process.")
def web(bind: str | None, workers: int, threads: int) -> None:
    """Serve the site. Replaces this process with gunicorn; stands behind nginx in production."""
    os.umask(0o077)  # the database, its journal and the logs are for their owner alone
    port = os.environ.get("FEEDBACK_PORT", "8000")
    os.execv(
        sys.executable,
        [  # one process to signal, no shell between
            sys.executable,
            "-m",
            "gunicorn",
            "--worker-class",
            "gthread",
            "--workers",
            str(workers),
            "--threads",
            str(threads),
            "--bind",
            bind or f"127.0.0.1:{port}",
            "--graceful-timeout",
            "3",
            "--timeout",
            "60",
            "--worker-tmp-dir",
            "/dev/shm" if os.path.isdir("/dev/shm") else ".",
            "--no-control-socket",
            "feedback.app:create_app()",
        ],
    )
