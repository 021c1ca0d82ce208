"""The states of the main window."""

from album import Album

from avatar_app.live.status import Problem, SessionState

_LOST = Problem("recording", "call.mp4 cannot be written: the disk is full.", "Free some room.")


def idle(album: Album) -> None:
    """Before Start; then while something is dragged over it."""
    window = album.window
    album.wait(lambda: window.body.avatars.words, "the avatars")
    album.wait(lambda: window.body.avatars.picture(window.body.avatars.words[-1]), "the thumbnails")
    album.wait(window.bridge.loaded.is_set, "the program")
    album.shot(window, "main-idle", 1.0)
    window.body.avatars.invite(True)
    album.shot(window.body.avatars, "main-invited")
    window.body.avatars.invite(False)


def live(album: Album) -> None:
    """Opening, then live with the offer to calibrate, then without."""
    window = album.window
    album.wait(lambda: window.body.avatars.words, "the avatars")
    window.start()
    album.wait(lambda: window.bridge.state is SessionState.OPENING, "a session")
    album.shot(window, "main-opening", 0.05)
    album.wait(lambda: window.bridge.state is SessionState.RUNNING, "a session")
    album.shot(window, "main-live-offer", 2.0)
    window.body.offer.no.click()
    album.shot(window, "main-live", 4.0)


def graph(album: Album) -> None:
    """The graph of the delay; then with two messages above it."""
    window = album.window
    album.start()
    window.body.view.graph_button.click()
    album.shot(window, "main-graph", 9.0)
    window.show_problem(_LOST)
    album.shot(window, "main-graph-message", 0.5)
    window.body.messages.card(_LOST).dismiss.click()
    window.body.view.graph_button.click()


def problem(album: Album) -> None:
    """A camera that is not there, with what is behind the message, and the source again."""
    window = album.window
    album.start()
    config = window.store.config
    gone = config.source.model_copy(update={"word": "camera:Desk Camera"})
    window.bridge.set_source(config.model_copy(update={"source": gone}))
    album.wait(lambda: window.body.messages.problems, "a message")
    album.shot(window, "main-problem", 1.5)
    window.body.messages.card(window.body.messages.problems[0]).details.click()
    album.shot(window, "main-problem-details", 0.5)
    back = config.source.model_copy(update={"word": "clip:"})
    window.bridge.set_source(config.model_copy(update={"source": back}))
    album.wait(lambda: not window.body.messages.problems, "the source again")
    album.rest(1.0)


def covers(album: Album) -> None:
    """The question before pass-through, pass-through, panic, the frozen picture."""
    window = album.window
    album.start()
    window.body.controls.pass_through.click()
    album.shot(window, "main-pass-through-question")
    window.body.confirm.yes.click()
    album.shot(window, "main-pass-through", 1.0)
    window.body.live.panic()
    album.shot(window, "main-panic", 1.0)
    window.body.controls.cover.placeholder.click()
    window.body.controls.cover.freeze.click()
    album.shot(window, "main-frozen", 1.0)
    window.body.controls.cover.freeze.click()
    album.rest(0.5)


def menus(album: Album) -> None:
    """What opens below an avatar, the tile for a new one, and the lists of the cards."""
    window = album.window
    strip = window.body.avatars.strip
    shown = {"menu-avatar": strip.menu_of(strip.tiles[0]), "menu-add": window.body.avatars.ways}
    for name, menu in shown.items():
        menu.popup(window.mapToGlobal(window.rect().center()))
        album.shot(menu, name)
        menu.close()
    for name, box in (
        ("list-camera", window.body.camera.box),
        ("list-engine", window.body.engine.box),
    ):
        box.showPopup()
        album.shot(box.view().window(), name, 0.5)
        box.hidePopup()
        album.rest(0.2)
