"""The ten moments at which days, months and years are counted wrongly if anything counts them elsewhere."""

MOMENTS = {
    "29 February": "2028-02-29T12:00+01:00",
    "first hour of a month in Paris": "2026-12-01T00:40+01:00",
    "last hour of a month in Paris": "2026-11-30T23:20+01:00",
    "first hour of a month in UTC": "2026-11-01T00:20+00:00",
    "last hour of a month in UTC": "2026-10-31T23:40+00:00",
    "31 December": "2026-12-31T23:50+01:00",
    "1 January": "2027-01-01T00:10+01:00",
    "night the clock goes back": "2026-10-25T02:30+01:00",
    "night the clock goes forward": "2027-03-28T03:10+02:00",
    "Monday, just after midnight": "2027-02-08T00:05+01:00",
}
"""By what they are, in ISO 8601 with their offset from UTC."""
ZONES = ("Europe/Paris", "America/Los_Angeles", "Pacific/Auckland")
