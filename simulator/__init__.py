"""A LibreLinkUp server that behaves like the real one, with patients whose truth is known."""
