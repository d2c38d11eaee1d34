"""What can go wrong at the vendor, set up through the admin API; see ``kinds`` for the table."""
