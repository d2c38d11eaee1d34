"""The clinicians' pages as a browser gets them, without their scripts."""
