"""The support bundle: how the box is, for whoever helps from afar, as text that the clinic can read, without anybody's data."""
