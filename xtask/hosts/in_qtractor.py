"""The CLAP in qtractor, without a screen: a session of two tracks is played, and what leaves each of them is recorded
over JACK.

    python in_qtractor.py Lull.clap Lull.vst3 FOLDER

Both tracks have the same clip, and one of them has Lull with a learned profile. What leaves the other shows that the
host has played without a gap, and where the denoised one must lie.

The VST3 only learns the profile, in pedalboard: Debian's qtractor is built without VST3.
"""

import base64
import ctypes
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from common import LEARN_S, RATE, check, check_denoised, lag, recording
from jack import Recorder, Server
from pedalboard import load_plugin
from pedalboard.io import AudioFile

clap, vst3, folder = (Path(argument).absolute() for argument in sys.argv[1:4])
folder = folder / "qtractor"
NAME = "qtractor's engine (CLAP)"
# On a busy machine qtractor's disk thread can come too late for the clip's beginning, with or without a plugin.
MOST_TRIES = 3
START_LIMIT_S = 20.0
# The clip begins a second after the session does: by then the transport has settled.
CLIP_AT_S = 1.0
END_S = 0.5
# It fades a clip's last samples out.
FADE = 1024


def sequencer_fault():
    """Why ALSA's sequencer does not open, or None. qtractor makes the same call, and starts no engine when it fails."""
    try:
        alsa = ctypes.CDLL("libasound.so.2")
    except OSError as error:
        return str(error)
    # Without it the library prints to the standard error.
    silent = ctypes.CFUNCTYPE(None)(lambda: None)
    alsa.snd_lib_error_set_handler(silent)
    handle, duplex, non_blocking = ctypes.c_void_p(), 3, 1
    code = alsa.snd_seq_open(ctypes.byref(handle), b"default", duplex, non_blocking)
    alsa.snd_lib_error_set_handler(None)
    if code < 0:
        return os.strerror(-code)
    alsa.snd_seq_close(handle)
    return None


def learned_state(noisy):
    """The VST3's state after it was played the noise with Learn on."""
    plugin = load_plugin(str(vst3))
    plugin.learn_window = "While On"
    plugin.learn = True
    plugin.process(noisy[:, : int(LEARN_S * RATE)], RATE, buffer_size=512, reset=True)
    plugin.learn = False
    plugin.process(np.zeros((2, RATE), np.float32), RATE, buffer_size=512, reset=False)
    # A preset file: a header that ends with the place of a list of chunks, each an id, a place and a size.
    preset = plugin.preset_data
    (table,) = struct.unpack_from("<q", preset, 40)
    (count,) = struct.unpack_from("<i", preset, table + 4)
    chunks = [struct.unpack_from("<4sqq", preset, table + 8 + 20 * index) for index in range(count)]
    (state,) = (preset[begin : begin + size] for name, begin, size in chunks if name == b"Comp")
    return state


def plugin_xml(path, state):
    # As Qt's qCompress: the size, then zlib's stream.
    packed = base64.b64encode(struct.pack(">I", len(state)) + zlib.compress(state)).decode()
    return f"""<plugin type="CLAP">
        <filename>{escape(str(path))}</filename>
        <index>0</index>
        <label>Lull</label>
        <activated>true</activated>
        <configs><config key="state">{packed}</config></configs>
      </plugin>"""


def session_xml(tracks, clip, samples):
    buses = "".join(
        f"""
      <audio-bus mode="output" name="{name}">
        <channels>2</channels>
        <auto-connect>false</auto-connect>
      </audio-bus>"""
        for name in tracks
    )
    shown = "".join(
        f"""
    <track name="{name}" type="audio">
      <properties>
        <output-bus>{name}</output-bus>
        <plugin-list-latency>true</plugin-list-latency>
      </properties>
      <state><gain>1</gain><panning>0</panning></state>
      <clips>
        <clip name="clip">
          <properties>
            <name>clip</name>
            <start>{int(CLIP_AT_S * RATE)}</start>
            <offset>0</offset>
            <length>{samples}</length>
            <gain>1</gain>
          </properties>
          <audio-clip><filename>{escape(str(clip))}</filename></audio-clip>
        </clip>
      </clips>
      <plugins>{plugin}</plugins>
    </track>"""
        for name, plugin in tracks.items()
    )
    return f"""<!DOCTYPE qtractor-session>
<session name="lull">
  <properties>
    <directory>{escape(str(folder))}</directory>
    <sample-rate>{RATE}</sample-rate>
    <tempo>120</tempo>
    <ticks-per-beat>960</ticks-per-beat>
    <beats-per-bar>4</beats-per-bar>
  </properties>
  <devices>
    <audio-engine>
      <audio-control><transport-mode>duplex</transport-mode></audio-control>{buses}
    </audio-engine>
  </devices>
  <tracks>{shown}
  </tracks>
</session>
"""


def environment(server):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    home, runtime = folder / "home", folder / "run"
    # What one run leaves in its settings must not reach the next.
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    runtime.mkdir(mode=0o700, exist_ok=True)
    more = {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "TMPDIR": str(runtime),
        # It leaves its work to an instance that the same user runs already.
        "USER": server.name,
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
    }
    return {**kept, **more, **server.environment}


def stop(process):
    """It answers SIGTERM with a question that nobody sees. Its scanners are in the same group of processes."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def play(names, session, samples):
    """What left each track while the session was played once."""
    length = int((CLIP_AT_S + END_S) * RATE) + samples + RATE
    ports = [f"Qtractor:{name}/out_{side}" for name in names for side in (1, 2)]
    log = folder / "qtractor.log"
    host = None
    try:
        # The server must be there before qtractor is, which asks for it once.
        with Server(folder / "jackd.log") as server, Recorder(server, len(ports), length) as recorder:
            with open(log, "w") as output:
                host = subprocess.Popen(
                    ["qtractor", str(session)],
                    env=environment(server),
                    stdout=output,
                    stderr=output,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )

            def state():
                return "it is alive" if host.poll() is None else f"it ended with {host.returncode}"

            missing = recorder.connect(ports, START_LIMIT_S, host)
            if missing:
                check("the session in qtractor", False, f"no port {missing}; {state()}; {log.read_text()[-1500:]}")
            recorder.roll()
            heard = recorder.wait(3 * length / RATE, host)
            check("recorded over JACK", heard is not None, f"{recorder.at} samples; {state()}")
            return heard.reshape(len(names), 2, -1)
    finally:
        # Last: a server waits for a client that was killed.
        if host is not None:
            stop(host)


fault = sequencer_fault()
if fault is not None:
    print(f"--- {NAME}: skipped: qtractor needs ALSA's sequencer, and here it does not open: {fault}")
    sys.exit(0)

shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
noisy = recording(2)
samples = noisy.shape[1]
clip = folder / "clip.wav"
with AudioFile(str(clip), "w", RATE, 2, bit_depth=32) as file:
    file.write(noisy)
state = learned_state(noisy)
# The CLAP's state is the same text with its length before it. The tracks are loaded in this order, so that the plugin
# is there once the reference plays.
tracks = {"Lull": plugin_xml(clap, struct.pack("<Q", len(state)) + state), "Reference": ""}
session = folder / "lull.qtr"
session.write_text(session_xml(tracks, clip, samples))

for attempt in range(1, MOST_TRIES + 1):
    heard = dict(zip(tracks, play(tracks, session, samples)))
    begin = lag(noisy[0], heard["Reference"][0])
    parts = {name: audio[:, begin : begin + samples] for name, audio in heard.items()}
    reference = parts["Reference"]
    whole = reference.shape == noisy.shape
    apart = np.abs(reference - noisy)[:, :-FADE].max() if whole else np.inf
    if apart < 1e-6:
        break
    print(f"    qtractor played the track without a plugin with gaps (try {attempt})")
check("the track without a plugin", apart < 1e-6, f"the clip, {apart:.1e} apart")
check_denoised(noisy, parts["Lull"])
