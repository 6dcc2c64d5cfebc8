"""The VST3 in Ardour 7, without a screen: recorded, learned, automated, saved, reopened, exported, in another quality.

    python in_ardour.py Lull.vst3 FOLDER PRESETS
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from common import RATE, SYSTEM_FOLDER, check, lag, rms_db
from pedalboard.io import AudioFile

bundle, folder = Path(sys.argv[1]), Path(sys.argv[2]) / "ardour"
scripts = Path(__file__).parent / "ardour"
LIBRARIES = "/usr/lib/ardour7"
# ardour7-export of Debian 12 now and then corrupts its own heap, also in a session without any plugin.
MOST_TRIES = 6

home, session = folder / "home", folder / "session"
shutil.rmtree(folder, ignore_errors=True)
(home / ".config/ardour7/scripts").mkdir(parents=True)
shutil.copy(scripts / "source.lua", home / ".config/ardour7/scripts")
if bundle.parent != SYSTEM_FOLDER:
    # Into the home of this run, where it looks as well.
    bundle = shutil.copytree(bundle, home / ".vst3" / bundle.name)
    shutil.copytree(sys.argv[3], home / ".vst3/presets/Lull Audio/Lull")
environment = {
    **{name: value for name, value in os.environ.items() if name not in ("DISPLAY", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")},
    "HOME": str(home),
    "LULL_SESSION": str(session),
}


def run(*command, more=None):
    done = subprocess.run(command, env={**environment, **(more or {})}, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def must(*command, more=None):
    code, said = run(*command, more=more)
    if code != 0:
        check(" ".join(command), False, f"ended with {code}: {said[-1500:]}")
    return said


# Its scan takes a bundle that is younger than a second for one that is still being written.
time.sleep(1.2)
must(
    f"{LIBRARIES}/ardour-vst3-scanner",
    str(bundle),
    more={
        "LD_LIBRARY_PATH": LIBRARIES,
        "ARDOUR_DATA_PATH": "/usr/share/ardour7",
        "ARDOUR_CONFIG_PATH": "/etc/ardour7",
        "ARDOUR_DLL_PATH": LIBRARIES,
    },
)
said = must("ardour7-lua", str(scripts / "session.lua"))
lines = [line.split() for line in said.splitlines()]
figures = {line[0]: line[1] for line in lines if len(line) == 2 and line[1].isdigit()}
if "latency" not in figures:
    check("the session", False, said[-1500:])
check("recorded", int(figures["recorded"]) > 6 * RATE, f"{figures['recorded']} samples")
check("parameters", int(figures["parameters"]) >= 28, figures["parameters"])
check("latency", int(figures["latency"]) == 2048, f"{figures['latency']} samples")


def read(path):
    with AudioFile(str(path)) as file:
        return file.read(file.frames)


crashes = 0


def export(snapshot):
    global crashes
    path = folder / f"{snapshot}.wav"
    for _ in range(MOST_TRIES):
        code, said = run("ardour7-export", "-b", "float", "-o", str(path), str(session), snapshot)
        if code == 0:
            return read(path)
        crashes += 1
    check("export", False, said[-500:])


recorded = sorted((session / "interchange/session/audiofiles").glob("*.wav"))
noisy = np.vstack([read(path) for path in recorded])
first = export("session")
samples = min(noisy.shape[1], first.shape[1])
noisy, output = noisy[:, :samples], first[:, :samples]
check("channels of both", noisy.shape == output.shape == (2, samples), output.shape)


def part(begin, end):
    return slice(int(begin * RATE), int(end * RATE))


for channel in range(2):
    fell = rms_db(noisy[channel, part(4.1, 4.45)]) - rms_db(output[channel, part(4.1, 4.45)])
    check(f"channel {channel}, noise", fell >= 12, f"{fell:.1f} dB less (12 asked)")
    still = rms_db(noisy[channel, part(4.6, 5.15)]) - rms_db(output[channel, part(4.6, 5.15)])
    check(f"channel {channel}, where the lane holds the gate open", abs(still) < 1, f"{still:.1f} dB less")
    again = rms_db(noisy[channel, part(5.4, 5.9)]) - rms_db(output[channel, part(5.4, 5.9)])
    check(f"channel {channel}, where it shuts again", again >= 12, f"{again:.1f} dB less")
    lost = rms_db(noisy[channel, part(2.0, 4.0)]) - rms_db(output[channel, part(2.0, 4.0)])
    check(f"channel {channel}, level of the tone", abs(lost) < 1.5, f"{-lost:+.2f} dB")
    offset = lag(noisy[channel, part(2.0, 4.0)], output[channel, part(2.0, 4.0)])
    check(f"channel {channel}, offset in the export", offset == 0, f"{offset} samples")

must("ardour7-lua", str(scripts / "reopen.lua"))
# An export begins to play the plugin at a moment of its own, so that now and then the frames lie elsewhere, in any export of
# either session: one of a few exports must be equal to one of the other session to the sample, and all of them within what
# that makes of noise.
exports = {"session": [first], "reopened": []}


def apart():
    """The largest difference of each export from each of the other session."""
    pairs = [(a, b) for a in exports["session"] for b in exports["reopened"]]
    return [float(np.abs(a - b)[:, :samples].max()) if a.shape == b.shape else 1.0 for a, b in pairs]


for turn in range(2 * MOST_TRIES):
    snapshot = ["reopened", "session"][turn % 2]
    exports[snapshot].append(export(snapshot))
    if 0.0 in apart():
        break
differences = apart()
counts = f"{len(exports['session'])} and {len(exports['reopened'])} exports, apart by {min(differences)} to {max(differences)}"
check("export after saving and reopening", 0.0 in differences, counts)
check("exports that differ differ little", max(differences) < 0.01, f"{max(differences):.1e}")

# Another quality, which Ardour does not restart a plugin for.
said = must("ardour7-lua", str(scripts / "quality.lua"))
told = {line[0]: line[1] for line in map(str.split, said.splitlines()) if len(line) == 2 and line[1].isdigit()}
wanted = {"before": "2048", "rolling": "2048", "stopped": "6144", "again": "6144", "live": "512"}
check("latency around another quality", told == wanted, told)
best = export("best")
offset = lag(noisy[0, part(2.0, 4.0)], best[0, part(2.0, 4.0)])
check("offset in an export in Best", offset == 0, f"{offset} samples")

if crashes:
    print(f"    ardour7-export brought itself down {crashes} times on the way")
