"""The JSON API: thin routes on the same find and save as the HTML ones, and their description."""
