"""People with diabetes whom a clinic follows: who they are, who cares for them, what they consented to."""
