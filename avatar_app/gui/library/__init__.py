"""The user's avatars in the window: the strip's tiles, adding pictures, cropping, consent."""
