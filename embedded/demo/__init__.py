"""`make demo`: the whole product on one machine, with a simulated vendor and people made up."""
