"""Writes the weights as the engine reads them, 32-bit floats: python3 export.py WEIGHTS.pt OUT.bin"""

import hashlib
import sys

import torch

from network import Network

network = Network()
network.load_state_dict(torch.load(sys.argv[1]))
weights = b"".join(p.detach().numpy().astype("<f4").tobytes() for p in network.parameters())
with open(sys.argv[2], "wb") as out:
    out.write(weights)
print(len(weights), "bytes, SHA-256", hashlib.sha256(weights).hexdigest())
