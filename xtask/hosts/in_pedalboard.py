"""The VST3 in pedalboard (JUCE): parameters, learning, latency, state, layouts, preset files.

    python in_pedalboard.py Lull.vst3 FOLDER PRESETS
"""

import json
import sys
from pathlib import Path

import numpy as np
from common import LEARN_S, RATE, SYSTEM_FOLDER, check, check_denoised, recording
from pedalboard import VST3Plugin, load_plugin

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


if Path(path).parent == SYSTEM_FOLDER:
    found = VST3Plugin.installed_plugins
    check("found without being told where", path in found, found)

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


def chunk(preset, wanted):
    """Of a .vstpreset file; the class id as well."""

    def number(at, size):
        return int.from_bytes(preset[at : at + size], "little")

    assert preset[:8] == b"VST3\1\0\0\0"
    entry = number(40, 8) + 8
    for _ in range(number(entry - 4, 4)):
        if preset[entry : entry + 4] == wanted:
            at = number(entry + 4, 8)
            return preset[8:40], preset[at : at + number(entry + 12, 8)]
        entry += 20
    return preset[8:40], None


# What each preset says, by the names that pedalboard makes; all other settings are as in a fresh instance.
PRESETS = {
    "Default": {},
    "Voice - hiss": {"quality": "Best", "threshold_db": 1, "reduction_db": 33},
    "Hum and buzz": {"quality": "Best", "threshold_db": 2, "reduction_db": 40},
    "Fan and air": {"quality": "Best", "adapt": "On"},
    "Tape and vinyl": {"quality": "Best", "threshold_db": 1},
    "Guitar amp": {"quality": "Best", "reduction_db": 24},
    "Field recording": {"quality": "Best", "threshold_db": 2},
    "Gentle": {"quality": "Best", "reduction_db": 23},
    "Live - low latency": {"quality": "Live", "estimator": "Combined", "reduction_db": 36},
    "Classic gate": {
        "spread_sigma": 1.5,
        "rule": "Gate",
        "estimator": "This Frame",
        "sharpness": 2,
        "reduction_db": 60,
    },
}

print("  preset files")
folder = Path(sys.argv[3])
files = {file.stem: file for file in folder.glob("*.vstpreset")}
check("the presets", files.keys() == PRESETS.keys(), ", ".join(sorted(files)))
defaults = {name: fresh().parameters[name].string_value for name in names}
noisy = recording(2)
plugin = learned(noisy)
for name in ("listen", "bypass"):
    set_value(plugin, name, True)
# pedalboard hands the plugin what was set with the next block, and would do so after the preset.
process(plugin, noisy[:, :RATE])


def state_in(preset):
    return json.loads(chunk(preset, b"Comp")[1])


profile = state_in(plugin.preset_data)["fields"]["profile"]
check("a profile", len(profile) > 1000, f"{len(profile)} characters")
for preset, wanted in PRESETS.items():
    ours, host = files[preset].read_bytes(), plugin.preset_data
    check(f"{preset}: class id", chunk(ours, b"Comp")[0] == chunk(host, b"Comp")[0], "as the host writes it")
    # A preset names what differs from the defaults; the values below show that all else gets its default.
    named = state_in(ours)["params"].keys()
    left_alone = named.isdisjoint({"learn", "listen", "bypass", "profile_revision"})
    check(f"{preset}: named", left_alone and len(named) <= len(wanted), sorted(named))
    plugin.load_preset(str(files[preset]))
    # pedalboard asks for the values again after a state, and does not after a preset.
    other = fresh()
    other.raw_state = plugin.raw_state
    for name in names:
        shown = other.parameters[name].string_value
        expected = wanted.get(name, "On" if name in ("listen", "bypass") else defaults[name])
        if isinstance(expected, str):
            holds = shown == expected
        else:
            holds = abs(float(shown) - expected) < 0.06
        if name in wanted or not holds:
            check(f"{preset}: {name}", holds, f"{shown}, {expected} wanted")
    after = state_in(plugin.preset_data)["fields"]["profile"]
    check(f"{preset}: the learned noise, Listen and Bypass", after == profile, "as they were")

plugin.load_preset(str(files["Default"]))
for name in ("listen", "bypass"):
    set_value(plugin, name, False)
check_denoised(noisy, process(plugin, noisy))
