"""Fonts and the addresses of static files.

The typeface is cut once from the installed package ``fontpkg-be-vietnam-pro`` (OFL) to the letters that
Vietnamese and English need, and kept in a cache folder. Every address carries a hash of the content, so that
a browser may keep the file for ever and still never show an old one.
"""

import fcntl
import hashlib
import io
import os
import tempfile
import time
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, send_file, url_for

WEIGHTS = {400: "Regular", 600: "SemiBold"}
"""CSS weight → the name of its cut in the package."""

RANGES = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x102, 0x103), (0x110, 0x111), (0x128, 0x129), (0x168, 0x169),
    (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x300, 0x304), (0x306, 0x306), (0x309, 0x309), (0x31B, 0x31B),
    (0x323, 0x323), (0x1EA0, 0x1EF9), (0x2010, 0x2015), (0x2018, 0x201E), (0x2022, 0x2022), (0x2026, 0x2026),
    (0x2032, 0x2033), (0x20AB, 0x20AC), (0x2116, 0x2116), (0x2212, 0x2212), (0x2264, 0x2265),
)
"""First and last code points of what is kept: ASCII, Latin-1, Vietnamese (composed and combining),
punctuation, đồng and euro, №, minus and comparisons."""

_FOR_EVER = "public, max-age=31536000, immutable"
_RECIPE = 2  # raise when the cut changes, so that old files are made anew


def _unicodes() -> list[int]:
    return [code for first, last in RANGES for code in range(first, last + 1)]


def _cut(source: bytes) -> bytes:
    """Return the font as woff2 with only the letters of RANGES; shaping of combining marks stays."""
    from fontTools import subset  # heavy; needed once in the life of a cache folder

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "calt", "tnum", "lnum"]
    options.hinting = False
    options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 13, 14]  # names and the licence travel with the font
    font = subset.load_font(io.BytesIO(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_unicodes())
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def _source(cut: str) -> bytes:
    return resources.files("fontpkg_be_vietnam_pro").joinpath(f"files/BeVietnamPro-{cut}.ttf").read_bytes()


@cache
def _name(weight: int) -> str:
    """The file name of a weight; it changes with the source font and with the letters kept."""
    stamp = hashlib.sha256(_source(WEIGHTS[weight]) + repr((RANGES, _RECIPE)).encode()).hexdigest()[:10]
    return f"be-vietnam-pro-{weight}-{stamp}.woff2"


def ensure_fonts(folder: Path) -> dict[str, Path]:
    """Make the font files in ``folder`` if they are not there yet and return them by file name.

    Names look like ``be-vietnam-pro-400-1a2b3c4d5e.woff2`` and change with the content of the source. Safe
    when several processes start at once and when one dies half way: a lock is held, and a file appears only
    whole.
    Raises OSError when the folder cannot be written and the fonts are not there.
    """
    wanted = {_name(weight): cut for weight, cut in WEIGHTS.items()}
    paths = {name: folder / name for name in wanted}
    if all(path.is_file() for path in paths.values()):
        return paths
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name, path in paths.items():
            if path.is_file():
                continue
            handle, partial = tempfile.mkstemp(dir=folder, suffix=".partial")
            with os.fdopen(handle, "wb") as out:
                out.write(_cut(_source(wanted[name])))
            os.chmod(partial, 0o644)
            os.replace(partial, path)
    return paths


def font_css(urls: dict[int, str]) -> str:
    """Return the stylesheet that names the fonts; ``urls`` maps a CSS weight to the address of its file."""
    faces = [
        f'@font-face {{\n  font-family: "Be Vietnam Pro";\n  font-weight: {weight};\n'
        f'  font-display: swap;\n  src: url("{url}") format("woff2");\n}}\n'
        for weight, url in sorted(urls.items())
    ]
    return "\n".join(faces)


LOOKED_AT_FOR = 1.0
"""Seconds for which a static file is taken to be what it was when it was last looked at."""
_looked: dict[str, tuple[float, str]] = {}


@lru_cache(maxsize=256)
def _content_hash(path: str, _changed: int, _size: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def asset_url(name: str) -> str:
    """Return the address of a file under ``static/`` with a hash of its content.

    The address looks like ``/static/css/house.css?v=1a2b3c4d5e``; ``name`` is relative to the static folder.
    Raises FileNotFoundError for a file that is not there, so that a misspelt name is found by the first test
    that draws the page.
    """
    version = _version(f"{current_app.static_folder}/{name}")
    return _address(request.script_root, "static", filename=name, v=version)


@lru_cache(maxsize=256)
def _address(_root: str, endpoint: str, **values: str) -> str:
    """Each page names the same few files; kept for each root, which is part of the address."""
    return url_for(endpoint, **values)


def _version(path: str) -> str:
    at, now = _looked.get(path), time.monotonic()
    if at is None or now - at[0] >= LOOKED_AT_FOR:
        stat = Path(path).stat()
        at = _looked[path] = (now, _content_hash(path, stat.st_mtime_ns, stat.st_size))
    return at[1]


def font_css_url() -> str:
    """Return the address of the stylesheet that names the fonts."""
    return _address(request.script_root, "font_file", name=current_app.extensions["house_fonts"]["css_name"])


def init_assets(app: Flask, *, fonts_folder: Path) -> None:
    """Serve the fonts under ``/fonts/<name>`` (endpoint ``font_file``) and give templates ``asset`` and
    ``font_css_url``.

    The fonts are made at the first request for them, never while the app is assembled, unless
    ``ensure_fonts`` was called before (``feedback up`` does). Files are immutable: a year in the cache.
    """
    names = {weight: _name(weight) for weight in WEIGHTS}
    css_name = f"fonts-{hashlib.sha256(''.join(names.values()).encode()).hexdigest()[:10]}.css"
    app.extensions["house_fonts"] = {"css_name": css_name}

    def font_file(name: str) -> Response:
        if name == css_name:
            css = font_css({weight: url_for("font_file", name=file) for weight, file in names.items()})
            response = Response(css, mimetype="text/css")
        elif name in names.values():
            response = send_file(ensure_fonts(fonts_folder)[name], mimetype="font/woff2")
        else:
            abort(404)
        response.headers["Cache-Control"] = _FOR_EVER
        return response

    @app.after_request
    def _keep(response: Response) -> Response:
        """An address with a content hash may be kept for ever."""
        if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
            response.headers["Cache-Control"] = _FOR_EVER
        return response

    app.add_url_rule("/fonts/<name>", "font_file", font_file)
    app.jinja_env.globals["asset"] = asset_url
    app.context_processor(lambda: {"font_css_url": font_css_url()})
