"""`make security`: what lets nobody in, tried on a server with real sessions."""
