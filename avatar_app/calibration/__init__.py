"""The driver's own neutral face: how it is found, judged, taken and kept."""
