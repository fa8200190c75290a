"""Geometry of charts and map clusters."""
