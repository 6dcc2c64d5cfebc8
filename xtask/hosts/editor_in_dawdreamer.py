"""The VST3's window in DawDreamer (JUCE): the pointer presses Learn, the noise goes, and pictures of it all.

    python editor_in_dawdreamer.py Lull.vst3 RECORDING.f32 NOISE_S BEGIN END LEARN_X LEARN_Y WIDTH HEIGHT

BEGIN and END are those of the pictures' names; the rest is in pixels. It needs a display with a window manager.

This host renders as fast as it can, from the start each time. So it renders stretches, over and over, from a thread of
their own while the window is open.
"""

import os
import subprocess
import sys
import threading
import time
import traceback

import dawdreamer
import numpy as np
from common import RATE, check, rms_db

path, recording, noise_s, begin, end = sys.argv[1:6]
learn_at, size = sys.argv[6:8], tuple(int(pixels) for pixels in sys.argv[8:10])
BLOCK = 512
LEARNED_DB = 15
LEARN_WINDOW_S = 2.0

whole = np.fromfile(recording, "<f4")
# Forwards and backwards, over and over: noise without a seam.
noise = whole[: int(float(noise_s) * RATE)]
noise = np.resize(np.concatenate([noise, noise[::-1]]), int(8 * RATE))

engine = dawdreamer.RenderEngine(RATE, BLOCK)
playback = engine.make_playback_processor("recording", np.stack([noise, noise]))
plugin = engine.make_plugin_processor("lull", path)
engine.load_graph([(playback, []), (plugin, ["recording"])])


def run(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


def level_db(samples):
    """Median over the blocks: a crackle or a thump of the record is not the noise that is learned."""
    blocks = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return np.median([rms_db(block) for block in blocks])


def play(audio, seconds, times=1):
    """Renders the begin of `audio` some times and gives what came out last."""
    playback.set_data(np.stack([audio, audio]))
    for _ in range(times):
        engine.render(seconds)
        time.sleep(0.05)
    return engine.get_audio()[0]


def picture(window, state):
    file = f"{begin}{state}{end}"
    run("import", "-window", window, "-strip", "+dither", "-colors", "256", f"PNG8:{file}")
    print(f"  picture: {file}")


def find_window():
    for _ in range(100):
        found = subprocess.run(["xdotool", "search", "--name", "DawDreamer: "], capture_output=True, text=True)
        if found.stdout.strip():
            return found.stdout.split()[0]
        time.sleep(0.1)
    check("the window", False, "none")


def work():
    window = find_window()
    time.sleep(2)
    play(whole, 6.0, times=20)
    picture(window, "no-profile")
    before = level_db(play(noise, 2.0)[RATE:])
    run("xdotool", "mousemove", "--window", window, *learn_at)
    time.sleep(0.2)
    run("xdotool", "mousedown", "1")
    time.sleep(0.1)
    run("xdotool", "mouseup", "1")
    time.sleep(0.5)
    play(noise, LEARN_WINDOW_S / 2, times=10)
    picture(window, "learning")
    after = level_db(play(noise, LEARN_WINDOW_S + 3.0)[-2 * RATE :])
    fell = before - after
    check("noise", fell >= LEARNED_DB, f"{before:.1f} dBFS before Learn, {after:.1f} dBFS after: {fell:.1f} dB less")
    play(whole, 6.0, times=20)
    picture(window, "playing")
    # Last, so that the pictures are there to see what is wrong.
    geometry = dict(line.split("=") for line in run("xdotool", "getwindowgeometry", "--shell", window).split())
    shown = int(geometry["WIDTH"]), int(geometry["HEIGHT"])
    check("size of the window", shown == size, f"{shown} pixels ({size} asked)")


def work_and_leave():
    """Opening the window takes the main thread, which comes back only once a user closes it."""
    status = 1
    try:
        work()
        status = 0
    except SystemExit as failed:
        status = failed.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(status)


threading.Thread(target=work_and_leave, daemon=True).start()
plugin.open_editor()
