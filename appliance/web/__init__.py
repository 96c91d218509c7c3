"""Floor 3: the pages every browser on the LAN opens."""
