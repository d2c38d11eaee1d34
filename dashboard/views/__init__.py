"""Pages, one module an area of the site."""
