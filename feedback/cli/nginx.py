"""``feedback nginx``: a whole configuration for Debian's nginx in front of this installation."""

from pathlib import Path

import click


@click.command()
@click.option("--upstream", "upstreams", multiple=True, metavar="WHERE",
              help="Where `feedback web` listens: unix:/run/hoi-am/web.sock or 127.0.0.1:8000. May be said "
                   "several times. Default: FEEDBACK_PORT on this machine.")
@click.option("--certificate", type=click.Path(path_type=Path), help="Certificate with its chain (PEM). Default: "
              "where certbot puts it for the first host name.")
@click.option("--key", type=click.Path(path_type=Path), help="Its private key (PEM).")
@click.option("--cache", type=click.Path(path_type=Path), default=Path("/var/cache/nginx-hoi-am"),
              show_default=True, help="Folder for copies of public pages.")
@click.option("--cache-size", default="1g", show_default=True, help="Most that they may fill.")
@click.option("--logs", type=click.Path(path_type=Path), default=Path("/var/log/nginx"), show_default=True,
              help="Folder for logs.")
@click.option("--address", "addresses", multiple=True, help="Address to listen on. Default: all of them.")
@click.option("--http-port", default=80, show_default=True, help="Only leads on to https.")
@click.option("--https-port", default=443, show_default=True)
@click.option("--health-from", multiple=True, metavar="NETWORK",
              help="Who may ask /livez and /healthz, beside this machine; may be said several times.")
@click.option("--challenges", type=click.Path(path_type=Path),
              help="Folder for certificate challenges by http (certbot --webroot).")
def nginx(upstreams: tuple[str, ...], certificate: Path | None, key: Path | None, cache: Path, cache_size: str,
          logs: Path, addresses: tuple[str, ...], http_port: int, https_port: int, health_from: tuple[str, ...],
          challenges: Path | None) -> None:
    """Print the configuration of nginx for these settings: host names, limits, what may be kept.

    For /etc/nginx/conf.d/. Needs FEEDBACK_BASE_URL with https and FEEDBACK_TRUSTED_PROXIES=1, as the app does.
    """
    from feedback.app import create_app
    from feedback.cli.nginx_site import Place, configuration

    app = create_app()
    settings = app.extensions["settings"]
    if not settings.https:
        raise click.ClickException("FEEDBACK_BASE_URL has no https, so there is nothing for nginx to stand in "
                                   "front of. Set the https address that people will use.")
    if settings.trusted_proxies != 1:
        raise click.ClickException("FEEDBACK_TRUSTED_PROXIES must be 1 here and for `feedback web`: nginx is the "
                                   "one proxy that says where a request comes from.")
    live = Path("/etc/letsencrypt/live") / settings.trusted_hosts[0].lstrip(".")
    text, told = configuration(app, Place(
        upstreams=upstreams or (f"127.0.0.1:{settings.port}",), addresses=addresses or ("*", "[::]"),
        http_port=http_port, https_port=https_port, certificate=certificate or live / "fullchain.pem",
        key=key or live / "privkey.pem", cache=cache, cache_size=cache_size, logs=logs,
        health_from=("127.0.0.1", "::1", *health_from), challenges=challenges))
    click.echo(text, nl=False)
    if not told:
        click.echo("(the office's address is not known, so the page for times when the app is away goes without "
                   "it)", err=True)
