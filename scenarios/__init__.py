"""Synthetic cities: one folder per city, and the generator that wrote them."""
