"""The documentation; `docs.site` builds its pages, `docs.diagrams` draws the models."""
