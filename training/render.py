"""Renders voices (espeak-ng, festival) and instruments (fluidsynth with the MuseScore General soundfont)."""

import pathlib
import struct
import subprocess

import numpy as np

TEXT = pathlib.Path("/usr/share/common-licenses/GPL-3")
SOUNDFONT = "/usr/share/sounds/sf3/MuseScore_General.sf3"
LANGUAGES = ("en-us", "de", "fr-fr", "es", "it", "pl", "ru", "sv", "pt-br", "hi", "cmn", "tr")
VARIANTS = ("m1", "m3", "m7", "f1", "f2", "f4", "klatt", "whisper")
VOICES, PIECES, PIECES_AT_A_TIME, PIECE_S = 72, 260, 26, 11.0
# Programs of General MIDI without the sound effects (122 to 128).
PROGRAMS = 119
TICKS_PER_S = 960


def voices(scratch, decoded):
    rng = np.random.default_rng(11)
    sentences = TEXT.read_text().replace("\n", " ").split(". ")
    said = lambda: ". ".join(sentences[rng.integers(len(sentences))] for _ in range(3))[:400]
    wav = scratch / "voice.wav"
    for index in range(VOICES):
        if index % 8 == 7:
            subprocess.run(["text2wave", "-o", wav], input=said(), text=True, check=True, capture_output=True)
        else:
            voice = f"{rng.choice(LANGUAGES)}+{rng.choice(VARIANTS)}"
            speed, pitch = str(rng.integers(120, 200)), str(rng.integers(20, 80))
            subprocess.run(["espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-w", wav, said()], check=True, capture_output=True)
        yield decoded(wav)


def instruments(scratch, decoded):
    """Many pieces at a time, because the soundfont is slow to load."""
    rng = np.random.default_rng(12)
    midi, wav = scratch / "pieces.mid", scratch / "pieces.wav"
    for _ in range(0, PIECES, PIECES_AT_A_TIME):
        begins = (int(n * PIECE_S * TICKS_PER_S) for n in range(PIECES_AT_A_TIME))
        midi.write_bytes(midi_file(sorted((begin + tick, event) for begin in begins for tick, event in piece(rng))))
        command = ["fluidsynth", "-ni", "-q", "-g", "0.5", "-r", "48000", "-F", wav, SOUNDFONT, midi]
        subprocess.run(command, check=True, capture_output=True)
        yield decoded(wav)


def piece(rng):
    """Events (tick, bytes): one to three instruments, each a melody, chords or long notes in one scale."""
    events = []
    scale = np.sort(rng.choice([[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 3, 5, 7, 10, 12, 15]]))
    root = int(rng.integers(36, 60))
    for channel in range(int(rng.integers(1, 4))):
        events.append((0, bytes([0xC0 | channel, int(rng.integers(PROGRAMS))])))
        note_s, voices, octave = rng.choice([0.15, 0.3, 0.6, 1.5, 3.0]), int(rng.choice([1, 1, 2, 3])), 12 * int(rng.integers(0, 3))
        at = rng.uniform(0, 1)
        while at < PIECE_S - 1:
            length = note_s * rng.choice([0.5, 1, 1, 2])
            if rng.random() < 0.85:
                for _ in range(voices):
                    key, velocity = root + octave + int(rng.choice(scale)), int(rng.integers(30, 120))
                    events.append((int(at * TICKS_PER_S), bytes([0x90 | channel, key, velocity])))
                    events.append((int((at + 0.9 * length) * TICKS_PER_S), bytes([0x80 | channel, key, 0])))
            at += length
    return sorted(events)


def midi_file(events):
    """A standard MIDI file of one track at 480 ticks a quarter, 120 quarters a minute."""
    track, before = b"", 0
    for tick, event in events:
        track += variable(tick - before) + event
        before = tick
    track += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(track)) + track


def variable(value):
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | (value & 0x7F))
    return bytes(reversed(out))
