"""Speeds and weights, as ratios to a bare Flask page served the same way in the same run."""
