"""`make standby`: a replica, a pooler and sentinels, real ones, and what is left when one of them goes."""
