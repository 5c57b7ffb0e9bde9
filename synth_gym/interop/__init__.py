"""Other systems at our challenges: one file for each."""
