"""A planner whose every request goes through a client generated from the document.

openapi-python-client writes the client once a session; requests reach the service over
WSGI. Whatever the client cannot say (a body that is no model, a parameter it does not
have) raises, so a month done this way shows that programs can do it.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from service_city import City
from service_planner import Planner

CONFIG = """\
project_name_override: sunlot-client
package_name_override: sunlot_client
post_hooks: []
content_type_overrides:
"""
BINARY = "application/octet-stream"


def generate(city: City, folder: Path) -> Path:
    """The client of the service's document; the folder that holds its package."""
    document = city.client().get("/api/v1/openapi.json").json
    (folder / "openapi.json").write_text(json.dumps(document), "utf-8")
    files = {
        media
        for operation in operations(document).values()
        for answer in operation["responses"].values()
        for media, body in answer.get("content", {}).items()
        if body["schema"].get("format") == "binary" and media != "application/json"
    }
    lines = "".join(f'  "{media}": "{BINARY}"\n' for media in sorted(files))
    (folder / "config.yml").write_text(CONFIG + lines, "utf-8")
    run = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--overwrite"),
            *("--path", "openapi.json", "--config", "config.yml"),
            *("--output-path", "out"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "WARNING" not in run.stdout, run.stdout
    return folder / "out"


def operations(document: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Every operation by method and path."""
    return {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


@dataclass
class Answer:
    """An answer as the tests read it."""

    status_code: int
    data: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass
class Programmed(Planner):
    """`send` by the generated client; answers that are objects are parsed by it."""

    document: dict[str, Any] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def send(self, role: str, method: str, path: str, **kwargs: Any) -> Any:
        client = importlib.import_module("sunlot_client")
        at = urlsplit(path)
        name, module, inside = self._operation(method, at.path)
        self.used.add(name)
        given: dict[str, Any] = {**inside, **dict(parse_qsl(at.query))}
        if method == "POST":
            given["idempotency_key"] = secrets.token_hex(8)
        if tag := kwargs.pop("headers", {}).get("If-Match"):
            given["if_match"] = tag
        if (body := kwargs.pop("json", None)) is not None:
            given["body"] = self._body(name, body)
        assert not kwargs, kwargs
        import httpx

        with client.AuthenticatedClient(
            base_url="http://localhost",
            token=self.token(role),
            httpx_args={"transport": httpx.WSGITransport(app=self.city.app)},
        ) as known:
            found = module.sync_detailed(client=known, **self._named(name, given))
        data = found.content
        if hasattr(found.parsed, "to_dict"):
            # nothing is lost on the way; the client writes UTC its own way
            told = json.dumps(found.parsed.to_dict()).replace("+00:00", "Z")
            assert json.loads(told) == json.loads(data), name
        return Answer(int(found.status_code), data, found.headers)

    def _operation(self, method: str, path: str) -> tuple[str, ModuleType, Any]:
        """Name, module and path parameters of the operation at this address."""
        best: tuple[int, str, dict[str, str]] | None = None
        for (verb, template), operation in operations(self.document).items():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                one = (len(found.groupdict()), operation["operationId"])
                if best is None or one[0] < best[0]:
                    best = (*one, found.groupdict())
        assert best is not None, (method, path)
        tag = operations_tag(self.document, best[1])
        module = importlib.import_module(f"sunlot_client.api.{tag}.{best[1]}")
        return best[1], module, best[2]

    def _named(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Arguments under the client's names and of its types."""
        types = {
            p["name"]: p
            for p in parameters(self.document, name)
            if p["in"] in ("path", "query")
        }
        out = {}
        for key, value in given.items():
            kind = types.get(key, {}).get("schema", {}).get("type", "string")
            said = int(value) if kind == "integer" else value
            enum = types.get(key, {}).get("schema", {}).get("enum")
            if enum and kind == "string":
                said = self._enum(name, key, value)
            out[{"from": "from_", "as": "as_"}.get(key, key)] = said
        return out

    def _enum(self, name: str, key: str, value: str) -> Any:
        """A parameter's value as a member of its enumeration."""
        models = importlib.import_module("sunlot_client.models")
        wanted = (name + "_" + key).replace("_", "").lower()
        kind = next(m for m in dir(models) if m.lower() == wanted)
        return getattr(models, kind)(value)

    def _body(self, name: str, body: Any) -> Any:
        """The body as the model that the document has for it."""
        operation = next(
            o for o in operations(self.document).values() if o["operationId"] == name
        )
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        refs = [s["$ref"].rpartition("/")[2] for s in schema.get("oneOf", [schema])]
        for ref in refs:
            shapes = self.document["components"]["schemas"]
            kinds = shapes[ref]["properties"].get("kind")
            if kinds is None or body.get("kind") in kinds.get("enum", [body["kind"]]):
                models = importlib.import_module("sunlot_client.models")
                return getattr(models, ref).from_dict(body)
        raise AssertionError((name, body))


def parameters(document: Mapping[str, Any], name: str) -> list[Any]:
    """Parameters of an operation, those of its path among them."""
    for item in document["paths"].values():
        for method, operation in item.items():
            if method != "parameters" and operation["operationId"] == name:
                return [*item.get("parameters", []), *operation["parameters"]]
    raise AssertionError(name)


def operations_tag(document: Mapping[str, Any], name: str) -> str:
    """The module of the client that holds an operation: its tag."""
    for operation in operations(document).values():
        if operation["operationId"] == name:
            return re.sub(r"\W", "_", operation["tags"][0])
    raise AssertionError(name)
