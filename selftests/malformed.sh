#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every malformed write a user could make to every file: the errno is the named
# one, last_error says why, and nothing has changed.

. ./lib.sh

# Placeholders a case may use, so that cases stay on one line:
#	@S start of block 0	@Z size of a block	@H half a block
#	@R first rn of block 0	@T S + 1 byte
expand()
{
	sed "s/@S/$((RUN_START))/g; s/@T/$((RUN_START + 1))/g; s/@Z/$BLOCK/g
		s/@H/$((BLOCK / 2))/g; s/@R/$(rn 0)/g"
}

# bad FILE ERRNO TEXT...: one write is refused
bad()
{
	file=$1 errno=$2
	shift 2
	refuses_command "$errno" "$file" "$(printf '%s\n' "$*" | expand)"
}

# raw FILE ERRNO LENGTH TEXT...: TEXT with the escapes of wr -x, repeated up to
# LENGTH bytes unless that is 0
raw()
{
	file=$1 errno=$2 length=$3
	shift 3
	tables > "$work/before"
	expect "write to $file" "$errno" "$(raw_write "$length" "$(
		printf '%s\n' "$*" | expand)")"
	nothing_moved
	error_names "$file" "$errno"
}

raw_write()
{
	if [ "$1" = 0 ]; then
		wr -x "$MHP/$file" "$2"
	else
		wr -x -n "$1" "$MHP/$file" "$2"
	fi
}

empty_write()
{
	tables > "$work/before"
	for file in add remove assign unassign inject; do
		expect "empty line to $file" EINVAL "$(wr -x "$MHP/$file" '\n')"
		expect "blanks to $file" EINVAL "$(wr -x "$MHP/$file" ' \t  \n')"
		error_names "$file" EINVAL
	done
	nothing_moved
}

# every_file ERRNO LENGTH TEXT...: raw to every file that takes commands
every_file()
{
	every_errno=$1
	shift
	for target in add remove assign unassign inject; do
		raw $target "$every_errno" "$@"
	done
}

binary_junk()
{
	for target in add remove assign unassign inject; do
		for junk in '\xff\xfe\x80\x01' '\x7fELF\x02\x01' 'start=\xc3\x28' \
			'\x1b[31m=1' '\x01=\x02'; do
			expect "junk $junk to $target" EINVAL \
				"$(wr -x "$MHP/$target" "$junk")"
		done
		grep -q . "$MHP/last_error" || fail "last_error says nothing"
		# Nothing unprintable comes back at the reader of last_error.
		LC_ALL=C grep -q '[^ -~]' "$MHP/last_error" &&
			fail "last_error repeats unprintable bytes"
	done
	return 0
}

random_junk()
{
	tables > "$work/before"
	for target in add remove assign unassign inject; do
		[ -w "$MHP/$target" ] || fail "no file $target"
		for _ in 1 2 3 4 5 6 7 8; do
			dd if=/dev/urandom of="$MHP/$target" bs=512 count=1 2> /dev/null &&
				fail "random bytes accepted by $target"
		done
	done
	nothing_moved
}

write_to_read_only()
{
	add 0
	for target in blocks ranges increments memmap stats features version \
		last_error "block/$(block_id 0)"; do
		expect_one_of "write to $target" "$(wr "$MHP/$target" x)" \
			open:EACCES EACCES EINVAL
	done
}

read_of_command_files()
{
	tables > "$work/before"
	for target in add remove assign unassign; do
		expect "read of $target" OK "$(wr -r "$MHP/$target")"
		head -n 1 "$MHP/$target" | grep -q "^$target: .*=" ||
			fail "$target: expected its usage got '$(cat "$MHP/$target")'"
	done
	nothing_moved
}

two_commands_in_one_write()
{
	tables > "$work/before"
	one="start=$(hex "$(at 0)") size=$(hex "$BLOCK")"
	expect "two lines" EINVAL "$(wr -x "$MHP/add" "$one\\n$one\\n")"
	nothing_moved
}

inaccessible_memory_refused()
{
	needs_altmap
	needs_event_model
	bad add EINVAL "start=@S size=@Z flags=memmap_on_memory"
}

last_error_is_one_line()
{
	expect "write" EINVAL "$(wr "$MHP/add" "start=0x1 size=0x1")"
	error_names add EINVAL "start=0x1 "
}

unaligned_end_of_block_space()
{
	# A block that no kernel could map.
	expect_one_of "write" "$(wr "$MHP/add" \
		"start=0x4000000000000000 size=$(hex "$BLOCK")")" ERANGE ENOENT
}

last_error_from_another_file()
{
	bad remove ENOENT "start=@S size=@Z"
	bad assign EINVAL "rn=x"
	bad add EINVAL "size=@Z"
}

it "add: unknown key" bad add EINVAL "start=@S size=@Z colour=red"
it "add: key without value" bad add EINVAL "start=@S size"
it "add: empty value" bad add EINVAL "start=@S size="
it "add: value without key" bad add EINVAL "start=@S =@Z"
it "add: start missing" bad add EINVAL "size=@Z"
it "add: size missing" bad add EINVAL "start=@S"
it "add: start given twice" bad add EINVAL "start=@S start=@S size=@Z"
it "add: flags given twice" bad add EINVAL "start=@S size=@Z flags=none flags=none"
it "add: size zero" bad add EINVAL "start=@S size=0"
it "add: size negative" bad add EINVAL "start=@S size=-1"
it "add: start negative" bad add EINVAL "start=-@S size=@Z"
it "add: no number" bad add EINVAL "start=here size=@Z"
it "add: digits and letters" bad add EINVAL "start=@S size=12zebras"
it "add: 0x alone" bad add EINVAL "start=0x size=@Z"
it "add: unknown suffix" bad add EINVAL "start=@S size=1Q"
it "add: two suffixes" bad add EINVAL "start=@S size=1MM"
it "add: fraction" bad add EINVAL "start=@S size=0.5G"
it "add: number above u64" bad add ERANGE "start=0x10000000000000000 size=@Z"
it "add: decimal above u64" bad add ERANGE "start=18446744073709551616 size=@Z"
it "add: suffix overflows u64" bad add ERANGE "start=@S size=18446744073709551615K"
it "add: end wraps around" bad add ERANGE "start=0xfffffffff0000000 size=0x10000000"
it "add: end wraps past zero" bad add ERANGE "start=0xfffffffff0000000 size=0x20000000"
it "add: huge start" unaligned_end_of_block_space
it "add: huge size" bad add ERANGE "start=@S size=0xfffffffff0000000"
it "add: start unaligned by a byte" bad add EINVAL "start=@T size=@Z"
it "add: size of half a block" bad add EINVAL "start=@S size=@H"
it "add: size of one byte" bad add EINVAL "start=@S size=1"
it "add: unknown flag" bad add EINVAL "start=@S size=@Z flags=bogus"
it "add: empty flag" bad add EINVAL "start=@S size=@Z flags=none,"
it "add: none with another flag" bad add EINVAL "start=@S size=@Z flags=none,merge_resource"
it "add: flag twice" bad add EINVAL "start=@S size=@Z flags=merge_resource,merge_resource"
it "add: memmap_on_memory would touch inaccessible memory" \
	inaccessible_memory_refused
it "add: unsafe neither 0 nor 1" bad add ERANGE "start=@S size=@Z unsafe=2"
it "add: negative node" bad add EINVAL "start=@S size=@Z nid=-1"
it "add: impossible node" bad add EINVAL "start=@S size=@Z nid=999"
it "add: node above int" bad add ERANGE "start=@S size=@Z nid=4294967296"
it "remove: unknown key" bad remove EINVAL "start=@S size=@Z force=1"
it "remove: size missing" bad remove EINVAL "start=@S"
it "remove: size zero" bad remove EINVAL "start=@S size=0"
it "remove: unaligned" bad remove EINVAL "start=@T size=@Z"
it "remove: end wraps around" bad remove ERANGE "start=0xfffffffff0000000 size=0x20000000"
it "remove: number above u64" bad remove ERANGE "start=@S size=0x10000000000000000"
for verb in assign unassign; do
	it "$verb: rn missing" bad $verb EINVAL "storage=@R"
	it "$verb: rn given twice" bad $verb EINVAL "rn=@R rn=@R"
	it "$verb: no number" bad $verb EINVAL "rn=first"
	it "$verb: negative" bad $verb EINVAL "rn=-1"
	it "$verb: open range" bad $verb EINVAL "rn=@R-"
	it "$verb: range of three" bad $verb EINVAL "rn=@R-@R-@R"
	it "$verb: above u64" bad $verb ERANGE "rn=0x10000000000000000"
	it "$verb: unknown key" bad $verb EINVAL "rn=@R now=1"
done
it "inject: what missing" bad inject EINVAL "rn=1 errno=EIO"
it "inject: unknown what" bad inject EINVAL "what=reboot errno=EIO"
it "inject: unknown errno" bad inject EINVAL "what=assign errno=EBOGUS"
it "inject: errno out of range" bad inject EINVAL "what=assign errno=5000"
it "inject: response above u16" bad inject ERANGE "what=assign response=0x10000"
it "inject: negative times" bad inject EINVAL "what=assign errno=EIO times=-1"
it "inject: errno and response together" bad inject EINVAL "what=assign errno=EIO response=0x1f0"
it "inject: rn with an event" bad inject EINVAL "what=MEM_GOING_ONLINE rn=1 errno=EIO"
it "inject: response with an event" bad inject EINVAL "what=MEM_GOING_ONLINE response=0x1f0"
it "inject: priority with a call" bad inject EINVAL "what=assign errno=EIO priority=1"
it "inject: priority above int" bad inject ERANGE "what=MEM_GOING_ONLINE errno=EIO priority=2147483648"
it "inject: nothing to do" bad inject EINVAL "what=assign"
it "inject: clear with more words" bad inject EINVAL "clear all"
it "every file: only a newline, only blanks" empty_write
it "every file: embedded NUL" every_file EINVAL 0 'start=@S size=@Z rn=@R what=assign\0'
it "add: a good command, then NUL" raw add EINVAL 0 'start=@S size=@Z\0'
it "add: a good command, NUL, more words" raw add EINVAL 0 'start=@S size=@Z\0 flags=none'
it "assign: a good command, then NUL" raw assign EINVAL 0 'rn=@R\0'
it "every file: NUL alone" every_file EINVAL 0 '\0'
it "every file: 4096 bytes" every_file E2BIG 4096 'start=@S\t'
it "every file: 64 KiB of text" every_file E2BIG 65536 'start=@S\tsize=@Z\t'
it "every file: 64 KiB of blanks" every_file E2BIG 65536 '\t'
it "every file: binary junk" binary_junk
it "every file: random bytes" random_junk
it "two commands in one write" two_commands_in_one_write
it "write to a file that is only for reading" write_to_read_only
it "reading a command file shows its usage and does nothing" \
	read_of_command_files
it "last_error is one line that quotes the value" last_error_is_one_line
it "last_error follows the file written last" last_error_from_another_file

run "$@"
