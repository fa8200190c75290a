"""Files of pages: attachments, pending uploads, thumbnails, metadata and extracted text."""
