"""The clinicians' pages: from who needs me to why, in two clicks."""
