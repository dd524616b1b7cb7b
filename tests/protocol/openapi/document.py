"""docs/openapi.json as a judge: which operation a request belongs to, and whether an answer is one
that the document knows."""

import json
import re

import jsonschema

from described import IN_WORDS, undescribed


class Untrue(Exception):
    """The API and its document differ."""


class Document:
    def __init__(self, text):
        self.text = json.loads(text)
        self.operations = {}  # (METHOD, path pattern) → operation
        for path, item in self.text["paths"].items():
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    self.operations[method.upper(), path] = operation

    def resolve(self, node):
        while "$ref" in node:
            found = self.text
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def operation_of(self, method, path):
        """The (METHOD, path pattern) of a request; literal paths win over variable ones."""
        path = path.partition("?")[0]
        fits = [pattern for verb, pattern in self.operations if verb == method and
                re.fullmatch(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(pattern)), path)]
        if not fits:
            raise Untrue(f"{method} {path}: the document has no such operation")
        return method, min(fits, key=lambda pattern: pattern.count("{"))

    def validator(self, schema):
        whole = {"components": self.text["components"], "allOf": [schema]}
        return jsonschema.Draft202012Validator(whole)

    def validate(self, schema, instance):
        self.validator(schema).validate(instance)

    def fits(self, schema, instance):
        return self.validator(schema).is_valid(instance)

    def check_request(self, key, body):
        """That what we send with success is what the document asks for."""
        content = self.resolve(self.operations[key]["requestBody"])["content"]
        self.validate(content["application/json"]["schema"], json.loads(body))

    def check_answer(self, key, status, headers, body):
        operation = self.operations[key]
        described = operation["responses"].get(str(status))
        if described is None:
            raise Untrue(f"{key[0]} {key[1]}: {status} is not in the document\n{body[:500]}")
        described = self.resolve(described)
        for name, header in described.get("headers", {}).items():
            value = headers.get(name)
            header = self.resolve(header)
            if value is None:
                if header.get("required"):
                    raise Untrue(f"{key[0]} {key[1]} {status}: without {name}")
                continue
            is_number = header["schema"].get("type") in ("integer", "number")
            self.validate(header["schema"], int(value) if is_number else value)
        content = described.get("content")
        if not content:
            if body:
                raise Untrue(f"{key[0]} {key[1]} {status}: the document knows of no body")
            return
        media_type = headers.get("Content-Type", "").partition(";")[0]
        if media_type not in content:
            raise Untrue(f"{key[0]} {key[1]} {status}: {media_type} instead of {list(content)}")
        if media_type.endswith("json"):
            schema, instance = content[media_type].get("schema", {}), json.loads(body)
            self.validate(schema, instance)
            missed = sorted(set(undescribed(self, [schema], instance, key in IN_WORDS)))
            if missed:
                raise Untrue(f"{key[0]} {key[1]} {status}: the document does not describe {missed}")
