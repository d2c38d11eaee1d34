"""Who may do what: users, clinics, memberships, roles and tokens."""
