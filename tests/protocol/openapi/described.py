"""That the document speaks of every field of an answer."""

# Of their fields the document also says what each is, in words.
IN_WORDS = {("GET", "/v1/orders"), ("GET", "/v1/orders/{order}"), ("GET", "/v1/status")}


def parts_of(document, schema, instance):
    """The schemas that speak of an instance, each by itself: what a reference leads to, what stands
    in `allOf`, and of alternatives those that it is one of."""
    parts = [schema]
    if "$ref" in schema:
        parts += parts_of(document, document.resolve(schema), instance)
    for each in schema.get("allOf", ()):
        parts += parts_of(document, each, instance)
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if document.fits(each, instance):
            parts += parts_of(document, each, instance)
    return parts


def undescribed(document, schemas, instance, in_words, path=""):
    """The paths of the fields of which the document says nothing, or not what they are."""
    parts = [part for schema in schemas for part in parts_of(document, schema, instance)]
    if isinstance(instance, list):
        of_each = [part["items"] for part in parts if "items" in part]
        for each in instance:
            yield from undescribed(document, of_each, each, in_words, path + "[]")
    if not isinstance(instance, dict):
        return
    for name, value in instance.items():
        described = [part["properties"][name] for part in parts
                     if name in part.get("properties", ())]
        free = [part["additionalProperties"] for part in parts
                if part.get("additionalProperties", False) is not False]
        field = f"{path}.{name}"
        if described:
            said = [each for schema in described for each in parts_of(document, schema, value)]
            if in_words and not any("description" in each for each in said):
                yield field + " (without a description)"
            if in_words and not any({"type", "enum", "const"} & each.keys() for each in said):
                yield field + " (without a type)"
            yield from undescribed(document, described, value, in_words, field)
        elif not free:
            yield field
        elif True not in free:
            yield from undescribed(document, free, value, in_words, field)
