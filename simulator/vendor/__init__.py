"""The endpoints that LibreLinkUp's app talks to."""
