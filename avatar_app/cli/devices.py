"""avatar-app devices: what can be used as input and output, in the words of the other commands."""

from avatar_app.cli.options import AsJson

OUTPUT_WORDS = {
    "vcam:": "the virtual camera that meeting programs choose; vcam:DEVICE is a certain one",
    "file:PATH": "a video file: .mp4, .mkv, .mov, .gif; none where only cards would be in it",
    "frames:FOLDER": "a folder of .png pictures",
    "memory:": "nowhere: to measure",
}


def devices(
    *,
    as_json: AsJson = False,
) -> None:
    """List cameras, avatars and words for --source, --output."""
    from avatar_app.build import open_library
    from avatar_app.capture import SOURCE_WORDS
    from avatar_app.capture.devices import list_cameras

    lists = {
        "cameras": {camera.word: camera.name for camera in list_cameras()},
        "avatars": {entry.id: entry.name for entry in open_library().list().entries},
        "sources": dict(SOURCE_WORDS),
        "outputs": OUTPUT_WORDS,
    }
    if as_json:
        from avatar_app.cli.terminal import print_json

        print_json(lists)
    else:
        _print_tables(lists)


def _print_tables(lists: dict[str, dict[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from avatar_app.cli.terminal import results

    console = results()
    for title, rows in lists.items():
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
        for word, meaning in rows.items():
            table.add_row(Text(word, style="bold"), Text(meaning))
        console.print(f"{title.capitalize()}{'' if rows else ': none found'}")
        console.print(table, soft_wrap=False)
