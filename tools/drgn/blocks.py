#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""blocks.py - every memory block's state, node, group and altmap out of the kernel's
own memory, beside what the tables of mhp_standby say of it.

    blocks.py --types FILE [--kcore FILE] [--kallsyms FILE] [--tables DIR]

FILE of --types is any ELF file with DWARF of struct memory_block: vmlinux with
debugging information, or types.ko of this directory. The others are the running
kernel's /proc/kcore, /proc/kallsyms and /sys/kernel/debug/mhp_standby. With
--guest PREFIX memory is read from /proc/kcore of a guest of the lab, through the named
pipes PREFIX.in and PREFIX.out.

A line a block on stdout; exit status 1 and a line for each difference on stderr if
there is any."""
import argparse
import binascii
import struct
import sys

import drgn

PT_LOAD = 1
NUMA_NO_NODE = -1
COMPARED = ("state", "nid", "group", "altmap_start_pfn", "altmap_nr_pages")


class File:
    """A file of this machine."""

    def __init__(self, path):
        self.file = open(path, "rb", buffering=0)

    def read(self, offset, size):
        self.file.seek(offset)
        return self.file.read(size)


class Guest:
    """/proc/kcore in a guest, by what it prints; pages are kept."""

    CHUNK = 4096

    def __init__(self, prefix):
        self.out = open(prefix + ".in", "wb", buffering=0)
        self.answers = open(prefix + ".out", "rb", buffering=0)
        self.pages = {}

    def line(self):
        got = b""
        while not got.endswith(b"\n"):
            byte = self.answers.read(1)
            if not byte:
                sys.exit("blocks.py: the guest does not answer")
            got += byte
        return got.decode().strip()

    def page(self, offset):
        if offset not in self.pages:
            # Of this dd skip counts blocks, and offsets are far out.
            self.out.write(
                f"dd if=/proc/kcore bs={self.CHUNK} skip={offset // self.CHUNK} count=1 2>/dev/null"
                " | hexdump -v -e '1/1 \"%02x\"'; echo\nmhp_lab: go\n".encode())
            text = ""
            while True:
                line = self.line()
                if line.startswith("mhp_lab: status"):
                    break
                text += line
            self.pages[offset] = binascii.unhexlify(text)
        return self.pages[offset]

    def read(self, offset, size):
        got = b""
        while len(got) < size:
            at = offset + len(got)
            page = self.page(at - at % self.CHUNK)[at % self.CHUNK:]
            if not page:
                raise OSError(f"nothing at offset {at:#x} of /proc/kcore")
            got += page[:size - len(got)]
        return got


class Core:
    """The kernel's virtual memory, as the program headers of /proc/kcore have it."""

    def __init__(self, source):
        self.source = source
        ident = source.read(0, 64)
        if ident[:5] != b"\x7fELF\x02":
            sys.exit("blocks.py: kcore is no 64-bit ELF file; is this root?")
        self.little = ident[5] == 1
        order = "<" if self.little else ">"
        offset, = struct.unpack_from(order + "Q", ident, 32)
        size, count = struct.unpack_from(order + "HH", ident, 54)
        headers = source.read(offset, size * count)
        self.machine, = struct.unpack_from(order + "H", ident, 18)
        self.segments = []
        for i in range(count):
            kind, _, file_at, address, _, _, length, _ = struct.unpack_from(
                order + "IIQQQQQQ", headers, i * size)
            if kind == PT_LOAD:
                self.segments.append((address, address + length, file_at))

    def read(self, address, count, *_):
        for start, end, file_at in self.segments:
            if start <= address and address + count <= end:
                return self.source.read(file_at + address - start, count)
        raise drgn.FaultError("not in kcore", address)


def program(core, types):
    arch = {62: drgn.Architecture.X86_64, 22: drgn.Architecture.S390X,
            183: drgn.Architecture.AARCH64}[core.machine]
    prog = drgn.Program(drgn.Platform(arch))
    prog.add_memory_segment(0, 2**64 - 1, core.read)
    prog.load_debug_info([types])
    return prog


def symbol(path, name):
    with open(path, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[2] == name and len(words) == 3:
                return int(words[0], 16)
    sys.exit(f"blocks.py: no {name} in {path}")


def entries(prog, node, shift_base=0):
    """Index and value of what is in an xarray, from a node or the head on."""
    value = node.value_()
    if value & 3 != 2:
        if value:
            yield shift_base, node
        return
    xa_node = drgn.Object(prog, "struct xa_node *", value=value - 2)
    shift = xa_node.shift.value_()
    for i, slot in enumerate(xa_node.slots):
        yield from entries(prog, slot, shift_base + (i << shift))


def memory_blocks(prog, address):
    """What the kernel has, as rows with the names of the module's table."""
    head = drgn.Object(prog, "struct xarray", address=address).xa_head
    for index, entry in entries(prog, head):
        block = drgn.Object(prog, "struct memory_block *", value=entry.value_())
        row = {"block": index, "nid": block.nid.value_(), "group": group_of(block),
               "state": state_of(block), "altmap_start_pfn": None, "altmap_nr_pages": 0}
        if block.altmap:
            row["altmap_start_pfn"] = block.altmap.base_pfn.value_()
            row["altmap_nr_pages"] = block.altmap.free.value_()
        yield row


def state_of(block):
    """MEM_* have other values in other kernels, and names in the newest only."""
    state = block.state
    if isinstance(state.type_, drgn.Type) and state.type_.kind == drgn.TypeKind.ENUM:
        names = {e.value: e.name for e in state.type_.enumerators}
        return names[state.value_()][len("MEM_"):].lower().replace("_", "-")
    return {1: "online", 2: "going-offline", 4: "offline"}.get(state.value_(), str(state.value_()))


def group_of(block):
    if not block.group:
        return None
    if block.group.is_dynamic:
        return f"dynamic:{block.group.d.unit_pages.value_()}"
    return f"static:{block.group.s.max_pages.value_()}"


def table(path):
    """Rows of one of the module's tables."""
    with open(path, encoding="ascii") as file:
        lines = [line.split() for line in file if not line.startswith("#")]
    return [dict(zip(lines[0], words)) for words in lines[1:]]


def module_blocks(tables):
    """What the module says of each block that it has, by number."""
    rows = {int(row["block"]): row for row in table(tables + "/blocks")}
    for found in table(tables + "/ranges"):
        first, _, last = found["blocks"].partition("-")
        if not first:
            continue
        for number in range(int(first), int(last or first) + 1):
            # dynamic:UNIT is in bytes there; the kind is what is compared.
            row = rows.setdefault(number, dict.fromkeys(COMPARED, "nothing"))
            row["group"] = found["group"].partition(":")[0]
    return rows


def differences(kernel, rows):
    """The module's word against the kernel's, of each block that the module has added."""
    # Without CONFIG_NUMA nothing sets memory_block.nid (drivers/base/memory.c).
    has_nodes = any(row["nid"] != NUMA_NO_NODE for row in kernel.values())
    for number, row in sorted(rows.items()):
        if number not in kernel:
            yield f"block {number}: the table has it, the kernel does not"
            continue
        for name in COMPARED:
            is_so = word(kernel[number][name])
            if name == "nid" and not has_nodes:
                continue
            if name == "group":
                is_so = is_so.partition(":")[0]
            if is_so != row[name]:
                yield f"block {number}: {name} is {is_so}, the table says {row[name]}"


def word(value):
    return "-" if value is None else str(value)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--types", required=True)
    parser.add_argument("--kcore", default="/proc/kcore")
    parser.add_argument("--guest")
    parser.add_argument("--kallsyms", default="/proc/kallsyms")
    parser.add_argument("--tables", default="/sys/kernel/debug/mhp_standby")
    args = parser.parse_args()

    core = Core(Guest(args.guest) if args.guest else File(args.kcore))
    prog = program(core, args.types)
    kernel = {row["block"]: row
              for row in memory_blocks(prog, symbol(args.kallsyms, "memory_blocks"))}
    print("block", *COMPARED)
    for row in kernel.values():
        print(row["block"], *(word(row[name]) for name in COMPARED))
    found = list(differences(kernel, module_blocks(args.tables)))
    for line in found:
        print(line, file=sys.stderr)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
