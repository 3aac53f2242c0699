"""A made-up year: the months of a yearly plan, with field work and docket made up."""
