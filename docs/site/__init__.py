"""The documentation as a site of files: `python -m docs.site --into var/docs`."""
