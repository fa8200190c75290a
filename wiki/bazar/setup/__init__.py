"""What a wiki starts its bazars from: ready-made forms and vocabularies."""
