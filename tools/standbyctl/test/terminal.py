#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""terminal.py watch|progress ROOT COMMAND... - standbyctl on a terminal of its own:
map --watch follows a change and a resize, and q ends it and leaves the terminal as
it was; a change of several blocks shows progress."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time


def start(command):
    pid, fd = pty.fork()
    if not pid:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    return pid, fd


def read_until(fd, wanted, seconds=30):
    """What comes, up to and with the wanted bytes."""
    got = b""
    end = time.monotonic() + seconds
    while wanted not in got:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            sys.exit(f"no {wanted!r} within {seconds} s, but {got[-300:]!r}")
        try:
            more = os.read(fd, 65536)
        except OSError:
            more = b""
        if not more:
            sys.exit(f"the end, and no {wanted!r}, but {got[-300:]!r}")
        got += more
    return got


def rest(fd):
    got = b""
    while True:
        try:
            more = os.read(fd, 65536)
        except OSError:
            return got
        if not more:
            return got
        got += more


def status(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def watch(root, command):
    pid, fd = start(command + ["map", "--watch", "--ascii", "--color", "never",
                               "--sysroot", root])
    resize(fd, 40, 120)
    first = read_until(fd, b"KKKKMooo")
    if b"\033[?1049h" not in first:
        sys.exit("it does not take the alternate screen")
    with open(root + "/sys/devices/system/memory/memory5/state", "w",
              encoding="ascii") as f:
        f.write("going-offline\n")
    frame = read_until(fd, b"KKKKMgoo")
    # A frame ends with the screen below it being cleared.
    if b"\033[J" not in frame.split(b"KKKKMgoo")[-1]:
        read_until(fd, b"\033[J")
    # Nothing changes: nothing is written.
    if select.select([fd], [], [], 1.5)[0]:
        sys.exit(f"it writes though nothing changed: {os.read(fd, 300)!r}")
    resize(fd, 12, 50)
    read_until(fd, b"\033[2J")
    os.write(fd, b"q")
    if not rest(fd).endswith(b"\033[?25h\033[?1049l"):
        sys.exit("it does not leave the alternate screen")
    return status(pid)


def progress(root, command):
    pid, fd = start(command + ["online", "--blocks", "5-7", "--sysroot", root])
    got = rest(fd)
    if b"online 7 [####" not in got or b"2/3" not in got:
        sys.exit(f"no progress in {got!r}")
    if not got.rstrip().endswith(b"online: 3 blocks, 768M"):
        sys.exit(f"the bar is left behind: {got[-200:]!r}")
    return status(pid)


sys.exit({"watch": watch, "progress": progress}[sys.argv[1]](sys.argv[2], sys.argv[3:]))
