"""The VST3 in pedalboard (JUCE): parameters, learning, latency, state, layouts.

    python in_pedalboard.py Lull.vst3
"""

import sys

import numpy as np
from common import LEARN_S, RATE, check, check_denoised, recording
from pedalboard import load_plugin

path = sys.argv[1]


def fresh():
    return load_plugin(path)


def set_value(plugin, name, value):
    """A name that is wrong would only set an attribute of the Python object."""
    check(f"parameter {name}", name in plugin.parameters, value)
    setattr(plugin, name, value)


def process(plugin, audio, reset=True):
    return plugin.process(audio, RATE, buffer_size=512, reset=reset)


def learned(noisy):
    """An instance that was played the lead-in with Learn pressed."""
    plugin = fresh()
    set_value(plugin, "learn_window", "While On")
    set_value(plugin, "learn", True)
    process(plugin, noisy[:, : int(LEARN_S * RATE)])
    set_value(plugin, "learn", False)
    process(plugin, np.zeros((noisy.shape[0], RATE), np.float32), reset=False)
    return plugin


plugin = fresh()
names = list(plugin.parameters)
check("parameters", len(names) >= 29, f"{len(names)}: {', '.join(names)}")
texts = {name: str(plugin.parameters[name]) for name in names}
with_units = {name: plugin.parameters[name].string_value for name in names}
print("   ", ", ".join(f"{name} = {text}" for name, text in with_units.items()))
for name, unit in (("threshold", "dB"), ("reduction", "dB"), ("attack", "ms"), ("mix", "%")):
    key = next(n for n in names if n.startswith(name))
    shown = with_units[key] + " " + (plugin.parameters[key].label or "") + " " + key
    check(f"unit of {name}", unit.lower() in shown.lower() or "_pct" in shown, shown)

for channels in (1, 2, 6):
    print(f"  {channels} channels")
    noisy = recording(channels)
    plugin = learned(noisy)
    output = process(plugin, noisy)
    check("length", output.shape == noisy.shape, output.shape)
    check_denoised(noisy, output)

    state = plugin.raw_state
    other = fresh()
    other.raw_state = state
    again = process(other, noisy)
    check("fresh instance with the saved state", np.array_equal(output, again), f"{np.abs(output - again).max():.1e} apart")
