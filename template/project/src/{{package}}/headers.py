"""Response headers, as the OpenAPI document declares them."""

LOCATION = {
    "Location": {
        "description": "The path of what was created.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
}
