"""整改台账: who enters the docket, what happens to a case, and its law."""
