"""整改台账: cases, what enters, what they look like, papers."""
