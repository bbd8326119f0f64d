"""The two forms of every answer: JSON, and the XML that says the same."""

from typing import Any
from xml.etree.ElementTree import Element

from flask import Response, request

from feedback.web.machine_answers import as_json, as_xml, tagged

ONE_OF = {"services": "service", "service_requests": "request", "attributes": "attribute", "endpoints": "endpoint",
          "formats": "format"}
"""What an element of a list is called."""


def answer(root: str, data: Any, *, status: int = 200) -> Response:
    """The data as the address asks for it: ``.json`` or ``.xml`` (then below the element ``root``)."""
    if not request.path.endswith(".xml"):
        return as_json(data, status=status)
    return tagged(as_xml(_element(root, data), status=status, mimetype="text/xml"))


def _element(name: str, data: Any) -> Element:
    element = Element(name)
    if isinstance(data, list):
        element.extend(_element(ONE_OF[name], one) for one in data)
    elif isinstance(data, dict):
        element.extend(_element(key, value) for key, value in data.items())
    elif data is not None:
        element.text = str(data).lower() if isinstance(data, bool) else str(data)
    return element

