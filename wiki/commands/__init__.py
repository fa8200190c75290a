"""`gare …`: one file a family of commands; `wiki/cli.py` gathers them."""
