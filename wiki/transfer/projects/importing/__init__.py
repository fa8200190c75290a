"""What an archive brings, kind by kind, on its way into this wiki."""
