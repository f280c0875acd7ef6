"""Has systemd's own library read files: LIBRARY as the argument; standard input has files, each behind its length
(4 bytes, little endian). Standard output has for each file the length of the answer and the answer: nothing if the file
is refused, else a `+`, and for each variable NAME=VALUE and a NUL."""

import ctypes
import os
import struct
import sys
import tempfile

library = ctypes.CDLL(sys.argv[1])
strings = ctypes.POINTER(ctypes.c_char_p)
load = library.load_env_file
load.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(strings)]
clean = library.strv_env_clean_with_callback
clean.argtypes = [ctypes.c_void_p] * 3
clean.restype = ctypes.c_void_p


def environment(path):
    entries = strings()
    if load(None, path, ctypes.byref(entries)) < 0:
        return b""
    answer = b"+"
    if entries:
        clean(ctypes.cast(entries, ctypes.c_void_p), None, None)
        at = 0
        while entries[at] is not None:
            answer += entries[at] + b"\0"
            at += 1
    return answer


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "env")
    while length := sys.stdin.buffer.read(4):
        with open(path, "wb") as file:
            file.write(sys.stdin.buffer.read(struct.unpack("<I", length)[0]))
        answer = environment(path.encode())
        sys.stdout.buffer.write(struct.pack("<I", len(answer)) + answer)
