"""A whole project goes from one Gare to another: packed here, brought in there, its old addresses leading on."""
