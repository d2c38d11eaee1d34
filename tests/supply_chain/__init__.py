"""What the product is made of and what must not get into it: secrets, known holes, licences, a bill of materials."""
