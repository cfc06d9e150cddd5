# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One line per step, stamps for finished steps, and errors that say what to do next."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from . import paths


class DevError(Exception):
    """Something a person has to fix; its text names the reason and the next step."""


def say(text: str) -> None:
    """Print one progress line at once, also into a pipe."""
    print(text, flush=True)


def digest(parts: Iterable[object]) -> str:
    """Return a short hash of ``parts``; a path stands for its content."""
    state = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        data = data if isinstance(data, bytes) else str(data).encode()
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()[:16]


def step(
    name: str, key: str, action: Callable[[], None], done: Callable[[], bool]
) -> None:
    """Run ``action`` unless a stamp says that it was done for the same ``key``.

    :param name: what the step is called in the progress line and in the stamp's file
        name
    :param key: hash of everything the result depends on
    :param action: must be repeatable: it is run again after an interruption
    :param done: a quick look whether the result is still there
    """
    stamp = paths.STAMPS / name.replace(" ", "-").lower()
    if stamp.exists() and stamp.read_text() == key and done():
        say(f"[dev] {name}: ready")
        return
    say(f"[dev] {name}: working ...")
    start = time.monotonic()
    action()
    if not done():
        raise DevError(
            f"{name}: finished, but its result is missing. Run the command again."
        )
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)
    say(f"[dev] {name}: done in {time.monotonic() - start:.0f} s")


def run(
    command: Sequence[object],
    *,
    log: str | None = None,
    advice: str = "",
    raises: bool = True,
    **options,
) -> subprocess.CompletedProcess:
    """Run a command to its end and raise ``DevError`` with the end of its output when
    it fails.

    :param log: name of the file under ``.dev/logs`` that takes the output instead of
        the screen
    :param advice: the next step for a person, shown with the error
    :param raises: False leaves it to the caller to look at the exit status
    """
    words = [str(word) for word in command]
    if log is None:
        result = subprocess.run(words, **options)
        tail = ""
    else:
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        target = paths.LOGS / log
        with target.open("wb") as stream:
            result = subprocess.run(
                words, stdout=stream, stderr=subprocess.STDOUT, **options
            )
        tail = "\n".join(target.read_text(errors="replace").splitlines()[-25:])
    if raises and result.returncode:
        shown = " ".join(words[:6])
        raise DevError(
            f"`{shown}` ended with {result.returncode}. {advice}\n{tail}".rstrip()
        )
    return result


def output(command: Sequence[object], **options) -> str:
    """Return what a command prints, or an empty string when it fails or does not exist."""
    words = [str(word) for word in command]
    try:
        result = subprocess.run(
            words, capture_output=True, text=True, check=True, **options
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return result.stdout


def fail(error: DevError) -> int:
    """Print an error and return the exit status for it."""
    print(f"[dev] {error}", file=sys.stderr, flush=True)
    return 1
