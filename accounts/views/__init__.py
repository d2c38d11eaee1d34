"""Views of the accounts, one module a noun."""
