"""Floor 4: stand-ins for the outside world, with fault knobs; part of the product."""
