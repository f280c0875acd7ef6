"""Runs a program on a terminal of its own, types a line when it asks for a passphrase, and prints what the terminal showed.

usage: terminal.py LINE PROGRAM ARGUMENTS...; exits with the program's code
"""
import os
import pty
import sys

line, command = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
shown, typed = b"", False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if b"Passphrase" in shown and not typed:
        typed = True
        os.write(terminal, line.encode() + b"\n")
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
