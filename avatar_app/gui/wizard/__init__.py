"""The calibration as a window: pages over ``avatar_app.calibration``, which knows no window."""
