"""Gathers what the network learns from: recordings in Debian packages, by name, and voices and instruments rendered here.

python3 recordings.py OUT: writes OUT/{voice,music,rendered,hits,noise}.npy, 16-bit at 48 kHz, one after the other with
pauses, and OUT/ends.json. docs/training.md lists the packages with their licences.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import soundfile
from scipy.signal import resample_poly

import render
from grid import RATE_HZ

# Recordings that a development set outside this repository is made of, and others of the same session. Their names end so.
LEFT_OUT = (
    "nl/sp-v-vratit1.ogg", "nl/help19.ogg", "nl/help23.ogg", "loop_garzul.flac",
    "knolls.ogg", "wanderer.ogg", "traveling_minstrels.ogg", "love_theme.ogg",
    "guit_em9.flac", "guit_harmonics.flac", "guit_e_slide.flac", "loop_tabla.flac", "vinyl_hiss.flac", "loop_3d_printer.flac",
)
# Whole folders: the same voices, or the same places, as in the development set.
LEFT_OUT_WITHIN = ("/briefcase/nl/help", "klettres/de/", "klettres/en", "klettres/uk/", "mediterran", "winter_forest",
                   "night", "day.ogg", "env_sounds_water", "leaves_slide", "mud_slide")
# kind: (package, what its paths hold)
SOURCES = {
    "voice": [("fillets-ng-data-nl", "/nl/"), ("klettres-data", "klettres/"), ("megaglest-data", "commondata/sounds")],
    "music": [("wesnoth-1.16-music", "music/"), ("extremetuxracer-data", "music/"), ("megaglest-data", "/music/")],
    "hits": [("sonic-pi-samples", ""), ("hydrogen-drumkits", "drumkits/")],
    "noise": [
        ("megaglest-data", "tilesets/"), ("megaglest-data", "water_sounds"), ("extremetuxracer-data", "_slide"),
        ("minetest-data", "env_sounds"), ("minetest-data", "fire_fire"), ("minetest-data", "default_furnace"),
    ],
}
ENDINGS = (".ogg", ".wav", ".flac")
# Longer music is cut: a few minutes of each piece say enough.
LONGEST_S = {"music": 150, "voice": 60, "hits": 20, "noise": 120}
SHORTEST_NOISE_S = 4.0
PAUSE_S = {"voice": 0.25, "hits": 0.12, "music": 0.5, "noise": 0.0, "rendered": 0.3}
LOUDEST = 0.9


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    ends = {}
    for kind, sources in SOURCES.items():
        paths = sorted({path for package, within in sources for path in files(package, within)})
        with ThreadPoolExecutor(2) as pool:
            ends[kind] = store(out, kind, pool.map(lambda path: decoded(path, LONGEST_S[kind]), paths))
    with tempfile.TemporaryDirectory() as scratch:
        ends["voice_rendered"] = store(out, "voice_rendered", render.voices(pathlib.Path(scratch), decoded))
        ends["rendered"] = store(out, "rendered", render.instruments(pathlib.Path(scratch), decoded))
    (out / "ends.json").write_text(json.dumps(ends))


def files(package, within):
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=True).stdout.split("\n")
    fits = lambda path: path.endswith(ENDINGS) and within in path and not path.endswith(LEFT_OUT)
    return [path for path in listed if fits(path) and not any(part in path for part in LEFT_OUT_WITHIN)]


def decoded(path, longest_s=600):
    """Mono, at RATE_HZ; None if it cannot be read."""
    try:
        with soundfile.SoundFile(str(path)) as file:
            rate, x = file.samplerate, file.read(int(longest_s * file.samplerate), "float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    shared = np.gcd(RATE_HZ, rate)
    return resample_poly(x.mean(1), RATE_HZ // shared, rate // shared).astype(np.float32)


def store(out, kind, recordings):
    """All recordings of a kind in one file, each at the same peak. Returns where each ends, in samples."""
    pause = np.zeros(int(PAUSE_S.get(kind, 0.25) * RATE_HZ), np.int16)
    parts, ends, at = [], [], 0
    for x in recordings:
        peak = 0 if x is None else np.abs(x).max(initial=0)
        if peak < 1e-3 or (kind == "noise" and len(x) < SHORTEST_NOISE_S * RATE_HZ):
            continue
        parts += [(x * (LOUDEST / peak * 32767)).astype(np.int16), pause]
        at += len(x) + len(pause)
        ends.append(at)
    np.save(out / f"{kind}.npy", np.concatenate(parts))
    print(f"{kind}: {len(ends)} recordings, {at / RATE_HZ / 60:.1f} minutes", flush=True)
    return ends


if __name__ == "__main__":
    main()
