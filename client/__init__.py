"""The Python client of the API; ``saude_ia.py`` stands alone and may be copied."""
