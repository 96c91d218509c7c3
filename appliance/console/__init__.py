"""Floor 3: the page on a monitor or a serial line: how the box is and where to find it, without a login, without a patient."""
