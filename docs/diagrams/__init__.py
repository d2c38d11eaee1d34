"""The models as diagrams of entities and their relations: `python -m docs.diagrams --write` after a change of them."""
