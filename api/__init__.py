"""What every endpoint shares over HTTP: windows, cursors, strict bodies, JSON. Imports nothing of the product."""
