"""Open folder: search engines. One engine a module, its helpers beside it."""
