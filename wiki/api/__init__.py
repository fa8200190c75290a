"""The JSON API: thin routes on the functions of the HTML screens, and its OpenAPI description."""
