// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands, lengths, addresses and bytes at random, thousands a second, each
 * answer compared with a model of the device that was written from what the
 * SCLP is to do and shares nothing with the device's source.
 */

#include "agent.h"
#include "agent-cpu.h"

#define MIB		0x100000UL
#define PAGE		4096UL
#define MAX_RN		1024
#define STAMP_OFFSET	(MIB - 8)	/* SCCBs do not get that far */

#define READ		0x00040001
#define ATTACH		0x00080001
#define ASSIGN		0x000d0001
#define UNASSIGN	0x000c0001

#define PGM_ADDRESSING	5
#define PGM_SPECIFICATION 6

static u64 *const param = (u64 *)AGENT_FUZZ;
static u64 random_state;

/* The machine: elements in order, each with neighbouring increments. */
static struct {
	u32 boot_rn, rnmax, runs, elements;
	u32 first[256], count[256];
	u8 attached[256];
	u8 assigned[MAX_RN + 2];	/* by rn, boot storage included */
	u64 stamp[MAX_RN + 2];
} m;

/* What is asked for, and what is to come of it. */
static struct {
	u32 code;
	u64 addr;
	u32 length;		/* as the SCCB says */
	u32 room;		/* bytes of it that are in the page */
	u32 written;		/* bytes that are there, and are compared */
	u8 bytes[PAGE] __attribute__((aligned(8)));
	u64 pgm;
	u32 response;
	int lost;		/* the SCCB goes with the storage */
} c;

static u64 rnd(u64 n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % n;
}

static u32 get16(u32 offset)
{
	return c.bytes[offset] << 8 | c.bytes[offset + 1];
}

static void put16(u32 offset, u32 v)
{
	c.bytes[offset] = v >> 8;
	c.bytes[offset + 1] = v;
}

static void put_entry(u32 i, u32 rn)
{
	put16(16 + 4 * i, rn);
	put16(16 + 4 * i + 2, 1);
}

/*
 * The model
 */

static void add_elements(u32 *rn, u32 last, u32 per_element)
{
	while (*rn <= last) {
		m.first[m.elements] = *rn;
		m.count[m.elements] = last - *rn + 1 < per_element ?
				      last - *rn + 1 : per_element;
		*rn += m.count[m.elements++];
	}
}

static void model_reset(void)
{
	u32 i, rn = 1;

	m.boot_rn = param[FUZZ_BOOT_RN];
	m.rnmax = param[FUZZ_RNMAX];
	m.runs = param[FUZZ_RUNS];
	m.elements = 0;
	if (param[FUZZ_BOOT_PER_ELEMENT]) {
		add_elements(&rn, m.boot_rn, param[FUZZ_BOOT_PER_ELEMENT]);
		add_elements(&rn, m.rnmax, param[FUZZ_PER_ELEMENT]);
	} else {
		add_elements(&rn, m.rnmax, m.rnmax);
	}
	for (i = 0; i < 256; i++)
		m.attached[i] = i < m.elements && m.first[i] <= m.boot_rn;
	for (i = 0; i < MAX_RN + 2; i++) {
		m.assigned[i] = i && i <= m.boot_rn;
		m.stamp[i] = 0;
	}
}

/* Pieces of assigned standby storage, counted from its first increment on. */
static u32 pieces(void)
{
	u32 rn, n = 0;

	for (rn = m.boot_rn + 1; rn <= m.rnmax; rn++)
		n += m.assigned[rn] && (rn == m.boot_rn + 1 || !m.assigned[rn - 1]);
	return n;
}

/* Would there be too many pieces if these were assigned, or were not? */
static int too_many(u32 first, u32 count, u8 assigned)
{
	u32 i, n;

	for (i = 0; i < count; i++)
		m.assigned[first + i] = assigned;
	n = pieces();
	for (i = 0; i < count; i++)
		m.assigned[first + i] = !assigned;
	return n > m.runs;
}

static u32 element_of(u32 rn)
{
	u32 e = 0;

	while (rn >= m.first[e] + m.count[e])
		e++;
	return e;
}

static void clear_body(u32 length)
{
	u32 i;

	for (i = 8; i < length; i++)
		c.bytes[i] = 0;
}

static u32 model_read(u32 e)
{
	u32 rn, i, n = 0;

	if (c.length < 16)
		return 0x0300;
	clear_body(c.length);
	put16(8, m.elements - 1);
	if (e >= m.elements)
		return 0x0310;
	if (c.length < 16 + 4 * m.count[e])
		return 0x0300;
	if (!m.attached[e]) {
		put16(10, m.count[e]);
		put16(12, m.count[e]);
		return 0x0410;
	}
	for (i = 0; i < m.count[e]; i++) {
		rn = m.first[e] + i;
		if (m.assigned[rn])
			put_entry(n++, rn);
	}
	put16(10, n);
	put16(12, m.count[e] - n);
	return 0x0010;
}

static u32 model_attach(u32 e)
{
	u32 i;

	if (c.length < 16)
		return 0x0300;
	if (c.bytes[2] != 0x40)
		return 0x40f0;
	if (e >= m.elements)
		return 0x01f0;
	if (m.attached[e])
		return 0x0120;
	if (c.length < 16 + 4 * m.count[e])
		return 0x0300;
	if (param[FUZZ_ATTACH_ASSIGNED]) {
		if (too_many(m.first[e], m.count[e], 1))
			return 0x0340;
		for (i = 0; i < m.count[e]; i++) {
			m.assigned[m.first[e] + i] = 1;
			m.stamp[m.first[e] + i] = 0;
		}
	}
	m.attached[e] = 1;
	clear_body(c.length);
	put16(10, m.count[e]);
	for (i = 0; i < m.count[e]; i++)
		put_entry(i, m.first[e] + i);
	return 0x0020;
}

static u32 model_change(u8 assign)
{
	u32 rn;

	if (c.length < 10)
		return 0x0300;
	rn = get16(8);
	if (!rn || rn > m.rnmax)
		return 0x01f0;
	if (rn <= m.boot_rn)
		return assign ? 0x0120 : 0x01f0;
	if (!m.attached[element_of(rn)])
		return 0x01f0;
	if (m.assigned[rn] == assign)
		return 0x0120;
	if (too_many(rn, 1, assign))
		return 0x0340;
	m.assigned[rn] = assign;
	m.stamp[rn] = 0;
	return 0x0020;
}

/* Is there storage at all of an address range? */
static int exists(u64 addr, u64 length)
{
	u64 rn;

	for (rn = addr / MIB + 1; rn <= (addr + length - 1) / MIB + 1; rn++)
		if (rn > m.rnmax || !m.assigned[rn])
			return 0;
	return 1;
}

static void model(void)
{
	u32 e = c.code >> 8 & 0xff;

	c.pgm = 0;
	c.lost = 0;
	if (!exists(c.addr, 8))
		c.pgm = PGM_ADDRESSING;
	else if (c.addr < 0x2000 || c.addr & 7)
		c.pgm = PGM_SPECIFICATION;
	else if (c.length < 8)
		c.pgm = PGM_SPECIFICATION;
	else if (!exists(c.addr, c.length))
		c.pgm = PGM_ADDRESSING;
	if (c.pgm)
		return;

	switch (c.code & 0xffff00ff) {
	case READ:
	case ATTACH:
	case ASSIGN:
	case UNASSIGN:
		if ((c.addr & (PAGE - 1)) + c.length > PAGE)
			c.response = 0x0100;
		else if ((c.code & 0xffff00ff) == READ)
			c.response = model_read(e);
		else if ((c.code & 0xffff00ff) == ATTACH)
			c.response = model_attach(e);
		else
			c.response = model_change((c.code & 0xffff00ff) == ASSIGN);
		break;
	default:
		c.response = 0x01f0;
	}
	put16(6, c.response);
	c.lost = !exists(c.addr, c.room);
}

/*
 * The attempt
 */

static void choose_code(void)
{
	static const u32 storage[] = { READ, ATTACH, ASSIGN, UNASSIGN };
	u32 e = rnd(8) ? rnd(m.elements + 2) : rnd(256);

	c.code = storage[rnd(4)] | e << 8;
	/* None of the commands that the SCLP has anyway. */
	if (!rnd(16))
		c.code = rnd(0x10000) << 16 | e << 8 | 0x02;
}

/* May an SCCB be written there without harm to us? */
static int ours(u64 addr)
{
	return exists(addr, 8) && !(addr & 7) &&
	       (addr >= m.boot_rn * MIB - PAGE ||
		(addr >= AGENT_POOL && addr < AGENT_POOL + MIB));
}

static void choose_place(void)
{
	static const u16 length[] = { 0, 7, 8, 9, 10, 15, 16, 40, 4096 };

	switch (rnd(16)) {
	case 0:		/* anywhere */
		c.addr = rnd(2) ? rnd(1UL << 33) : rnd(0x3000);
		break;
	case 1:		/* standby storage, assigned or not */
		c.addr = (m.boot_rn + rnd(m.rnmax - m.boot_rn)) * MIB +
			 (rnd(128) << 3);
		break;
	case 2:		/* reaching from boot storage into it */
		c.addr = m.boot_rn * MIB - (rnd(512) << 3) - 8;
		break;
	case 3:
		c.addr = AGENT_POOL + rnd(PAGE);
		break;
	case 4:
		c.addr = AGENT_POOL + (rnd(512) << 3);
		break;
	default:
		c.addr = AGENT_POOL + rnd(128) * PAGE;
	}
	/* Nobody's SCCB is overwritten: that is what alignment is checked for. */
	if (!ours(c.addr) && exists(c.addr, 8))
		c.addr |= 1;
	switch (rnd(8)) {
	case 0:
		c.length = rnd(0x10000);
		break;
	case 1:
		c.length = length[rnd(sizeof(length) / sizeof(length[0]))];
		break;
	default:
		c.length = PAGE - (c.addr & (PAGE - 1));
	}
	c.room = PAGE - (c.addr & (PAGE - 1));
	if (c.room > c.length)
		c.room = c.length;
}

static void write_sccb(void)
{
	u32 i, space = PAGE - (c.addr & (PAGE - 1));

	/* What follows must not change: a few bytes more, if there is a place. */
	c.written = (c.room + 15) & ~7U;
	if (c.written < 16)
		c.written = 16;
	if (c.written > space)
		c.written = space;
	for (i = 0; i < c.written; i++)
		c.bytes[i] = rnd(256);
	put16(0, c.length);
	if (rnd(8))
		c.bytes[2] = 0x40;
	if (rnd(8))
		put16(8, rnd(m.rnmax + 3));
	/* An SCCB in the increment that it is about. */
	if (c.addr >= m.boot_rn * MIB && rnd(2))
		put16(8, c.addr / MIB + 1);
	for (i = 0; ours(c.addr) && i < c.written; i += 8)
		poke(c.addr + i, *(u64 *)(c.bytes + i));
}

static int wrong(u32 what, u64 got, u64 want)
{
	param[FUZZ_COMMAND] = c.code;
	param[FUZZ_ADDR] = c.addr;
	param[FUZZ_LENGTH] = c.length;
	param[FUZZ_WHAT] = what;
	param[FUZZ_GOT] = got;
	param[FUZZ_WANT] = want;
	return 1;
}

static void count_outcome(void)
{
	static const u16 response[] = {
		[SEEN_0010] = 0x0010, [SEEN_0020] = 0x0020, [SEEN_0100] = 0x0100,
		[SEEN_0120] = 0x0120, [SEEN_01F0] = 0x01f0, [SEEN_0300] = 0x0300,
		[SEEN_0310] = 0x0310, [SEEN_0340] = 0x0340, [SEEN_0410] = 0x0410,
		[SEEN_40F0] = 0x40f0,
	};
	u32 i;

	if (c.pgm) {
		param[FUZZ_SEEN + (c.pgm == PGM_ADDRESSING ? SEEN_ADDRESSING :
				   SEEN_SPECIFICATION)]++;
		return;
	}
	if (c.lost)
		param[FUZZ_SEEN + SEEN_LOST]++;
	for (i = 0; i < sizeof(response) / sizeof(response[0]); i++)
		if (response[i] == c.response)
			param[FUZZ_SEEN + i]++;
}

/* What the SCCB has become, and that no byte behind it has changed. */
static int check_sccb(void)
{
	u64 got, want, i;

	got = peek(c.addr) & 0xffff;
	if (got != c.response)
		return wrong(FUZZ_RESPONSE, got, c.response);
	for (i = 0; i < c.written; i += 8) {
		got = peek(c.addr + i);
		want = *(u64 *)(c.bytes + i);
		if (got != want)
			return wrong(i < c.room ? FUZZ_BYTES : FUZZ_BEYOND,
				     got, want);
	}
	return 0;
}

/* Each standby increment is there, or not, with what was left in it. */
static int check_storage(void)
{
	u64 pgm, got, addr;
	u32 rn;

	for (rn = m.boot_rn + 1; rn <= m.rnmax; rn++) {
		addr = (rn - 1) * MIB + STAMP_OFFSET;
		got = guarded_load(addr, &pgm);
		if (pgm != (m.assigned[rn] ? 0 : PGM_ADDRESSING))
			return wrong(FUZZ_STORAGE, pgm, rn);
		if (!m.assigned[rn])
			continue;
		if (got != m.stamp[rn])
			return wrong(FUZZ_STORAGE, got, m.stamp[rn]);
		m.stamp[rn] = rnd(~0UL);
		poke(addr, m.stamp[rn]);
	}
	return 0;
}

static int step(void)
{
	u64 pgm, cc;

	choose_code();
	choose_place();
	write_sccb();
	model();
	cc = guarded_servc(c.code, c.addr, &pgm);
	count_outcome();
	if (pgm != c.pgm)
		return wrong(FUZZ_PGM, pgm, c.pgm);
	if (pgm)
		return 0;
	if (cc)
		return wrong(FUZZ_CC, cc, 0);
	wait_service_signal();
	return c.lost ? 0 : check_sccb();
}

u64 fuzz(void)
{
	u64 i;

	random_state = param[FUZZ_SEED];
	for (i = 0; i < FUZZ_NR_SEEN; i++)
		param[FUZZ_SEEN + i] = 0;
	model_reset();
	for (i = 0; i < param[FUZZ_STEPS]; i++) {
		param[FUZZ_STEP] = i;
		if (step() || (i % 64 == 0 && check_storage()))
			return 1;
	}
	return 0;
}
