"""How a PC, a tablet or a phone comes to trust this box."""
