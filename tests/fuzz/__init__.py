"""Requests made from the OpenAPI document, by every role, against the real servers: what must hold whatever is sent."""
