"""The VST3 in DawDreamer (JUCE): automation at audio rate, learning, latency, state.

    python in_dawdreamer.py Lull.vst3 FOLDER
"""

import sys
from pathlib import Path

import dawdreamer
import numpy as np
from common import LEARN_S, RATE, TAIL_S, TONE_S, check, check_denoised, recording, rms_db

path, folder = sys.argv[1], Path(sys.argv[2])


class Session:
    """One plugin after one recording, and its parameters by name."""

    def __init__(self, audio, state=None):
        self.engine = dawdreamer.RenderEngine(RATE, 512)
        playback = self.engine.make_playback_processor("recording", audio)
        self.plugin = self.engine.make_plugin_processor("lull", path)
        if audio.shape[0] == 1:
            self.plugin.set_bus(1, 1)
        if state:
            self.plugin.load_state(str(state))
        self.engine.load_graph([(playback, []), (self.plugin, ["recording"])])
        self.index = {p["name"]: p["index"] for p in self.plugin.get_parameters_description()}
        self.seconds = audio.shape[1] / RATE

    def set(self, name, value):
        self.plugin.set_parameter(self.index[name], value)

    def automate(self, name, values):
        check(f"automation of {name}", self.plugin.set_automation(self.index[name], values.astype(np.float32)), "taken")

    def render(self):
        self.engine.render(self.seconds)
        return self.engine.get_audio()


def aligned(output, latency):
    """This host leaves the compensation to its user."""
    return np.pad(output[:, latency:], ((0, 0), (0, latency)))


noisy = recording(2)
# The host renders what there is, so the latency is appended and taken off in front.
padded = np.pad(noisy, ((0, 0), (0, 8192)))

session = Session(padded)
description = session.plugin.get_parameters_description()
check("parameters", len(session.index) >= 29, len(session.index))
units = {p["name"]: p.get("label", "") + " " + p.get("text", "") for p in description}
check("units", "dB" in units["Threshold"] and "ms" in units["Attack"], f"Threshold '{units['Threshold']}', Attack '{units['Attack']}'")

samples = padded.shape[1]
learn = np.zeros(samples)
learn[: int(LEARN_S * RATE)] = 1.0
session.set("Learn Window", 1.0)
session.automate("Learn", learn)
output = session.render()
latency = session.plugin.get_latency_samples()
check("latency", latency == 2048, f"{latency} samples")
output = aligned(output, latency)[:, : noisy.shape[1]]
check_denoised(noisy, output)

state = folder / "dawdreamer.state"
session.plugin.save_state(str(state))
first = Session(padded, state).render()
second = Session(padded, state).render()
check("two fresh instances with the saved state", np.array_equal(first, second), f"{np.abs(first - second).max():.1e} apart")
tail = slice(int((LEARN_S + TONE_S + 0.5) * RATE), int((LEARN_S + TONE_S + TAIL_S - 0.2) * RATE))
same = aligned(first, latency)
fell = rms_db(noisy[0, tail]) - rms_db(same[0, tail])
check("noise in the tail with the saved profile", fell >= 12, f"{fell:.1f} dB less")

# Threshold at audio rate: the tail's first half with the gate far down, its second half with it up.
session = Session(padded, state)
half = (tail.start + tail.stop) // 2
threshold = np.full(samples, 0.5)
threshold[tail.start - 4800 : half] = 0.0
session.automate("Threshold", threshold)
session.automate("Sharpness", np.linspace(0.0, 0.3, samples))
swept = aligned(session.render(), latency)
open_half, shut_half = rms_db(swept[0, tail.start : half]), rms_db(swept[0, half + 4800 : tail.stop])
check("threshold automation opens and shuts the gate", open_half - shut_half > 6, f"{open_half - shut_half:.1f} dB between")
