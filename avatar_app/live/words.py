"""What the cards say that stand in the place of a picture. Others read them too."""

Words = tuple[str, str]
"""Title and detail of a card."""

GETTING_READY: Words = ("Getting ready", "The avatar is on its way.")
NO_CAMERA: Words = ("No camera picture", "Back in a moment.")
BACK_SOON: Words = ("One moment", "The avatar will be back.")
ONE_MOMENT: Words = ("One moment", "")
PAUSED: Words = ("Paused", "Back in a moment.")

EVERY_CARD = (GETTING_READY, NO_CAMERA, BACK_SOON, ONE_MOMENT, PAUSED)
