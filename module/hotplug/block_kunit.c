// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each event does in each state, for both models, and the ways a kernel
 * goes through them. Also owns core/model.c of this test module.
 */
#include <kunit/test.h>

#include "core/model.c"
#include "hotplug/block.c"

static const struct mhps_model event_model = { .name = "event", .has_prepare = true };
static const struct mhps_model configure_model = { .name = "configure", .assigns_at_add = true };

/**
 * struct walk - what an event does, state by state
 * @fits: states as columns in the order of their enum: unknown, offline, prepared,
 *	  going-online, online, going-offline, offlined. An x where the event fits
 * @to: where it leads
 */
struct walk {
	const char *fits;
	enum mhps_block_state to;
};

static const struct walk event_walk[MHPS_MEM_EVENT_NR] = {
	[MHPS_MEM_PREPARE_ONLINE] =  { "-x-----", MHPS_BLOCK_PREPARED },
	[MHPS_MEM_GOING_ONLINE] =    { "--x----", MHPS_BLOCK_GOING_ONLINE },
	[MHPS_MEM_ONLINE] =          { "---x---", MHPS_BLOCK_ONLINE },
	[MHPS_MEM_CANCEL_ONLINE] =   { "--xx---", MHPS_BLOCK_PREPARED },
	[MHPS_MEM_GOING_OFFLINE] =   { "----x--", MHPS_BLOCK_GOING_OFFLINE },
	[MHPS_MEM_OFFLINE] =         { "-----x-", MHPS_BLOCK_OFFLINED },
	[MHPS_MEM_CANCEL_OFFLINE] =  { "----xx-", MHPS_BLOCK_ONLINE },
	[MHPS_MEM_FINISH_OFFLINE] =  { "--x---x", MHPS_BLOCK_OFFLINE },
};

static const struct walk configure_walk[MHPS_MEM_EVENT_NR] = {
	[MHPS_MEM_PREPARE_ONLINE] =  { "-------", MHPS_BLOCK_UNKNOWN },
	[MHPS_MEM_GOING_ONLINE] =    { "-x-----", MHPS_BLOCK_GOING_ONLINE },
	[MHPS_MEM_ONLINE] =          { "---x---", MHPS_BLOCK_ONLINE },
	[MHPS_MEM_CANCEL_ONLINE] =   { "-x-x---", MHPS_BLOCK_OFFLINE },
	[MHPS_MEM_GOING_OFFLINE] =   { "----x--", MHPS_BLOCK_GOING_OFFLINE },
	[MHPS_MEM_OFFLINE] =         { "-----x-", MHPS_BLOCK_OFFLINE },
	[MHPS_MEM_CANCEL_OFFLINE] =  { "----xx-", MHPS_BLOCK_ONLINE },
	[MHPS_MEM_FINISH_OFFLINE] =  { "-------", MHPS_BLOCK_UNKNOWN },
};

static void walk_table(struct kunit *test, const struct mhps_model *model,
		       const struct walk *walk)
{
	const struct mhps_block_transition *transition;
	enum mhps_block_state state;
	enum mhps_event event;

	for (event = 0; event < MHPS_MEM_EVENT_NR; event++) {
		transition = mhps_block_transition(model, event);
		KUNIT_EXPECT_EQ_MSG(test, transition->to, walk[event].to, "event %d", event);
		KUNIT_EXPECT_EQ_MSG(test, transition->from >> MHPS_BLOCK_STATE_NR, 0,
				    "event %d", event);
		for (state = 0; state < MHPS_BLOCK_STATE_NR; state++)
			KUNIT_EXPECT_EQ_MSG(test, !!(transition->from & BIT(state)),
					    walk[event].fits[state] == 'x',
					    "event %d in state %s", event,
					    mhps_block_state_name(state));
	}
}

static void whole_table_event_model(struct kunit *test)
{
	walk_table(test, &event_model, event_walk);
}

static void whole_table_configure_model(struct kunit *test)
{
	walk_table(test, &configure_model, configure_walk);
}

/* What a kernel sends, from offline back to offline. */
static const enum mhps_event event_lives[][10] = {
	/* online and offline */
	{ MHPS_MEM_PREPARE_ONLINE, MHPS_MEM_GOING_ONLINE, MHPS_MEM_ONLINE,
	  MHPS_MEM_GOING_OFFLINE, MHPS_MEM_OFFLINE, MHPS_MEM_FINISH_OFFLINE, MHPS_EVENT_NR },
	/* GOING_ONLINE refused behind us, then before us */
	{ MHPS_MEM_PREPARE_ONLINE, MHPS_MEM_GOING_ONLINE, MHPS_MEM_CANCEL_ONLINE,
	  MHPS_MEM_FINISH_OFFLINE, MHPS_EVENT_NR },
	{ MHPS_MEM_PREPARE_ONLINE, MHPS_MEM_CANCEL_ONLINE, MHPS_MEM_FINISH_OFFLINE,
	  MHPS_EVENT_NR },
	/* GOING_OFFLINE refused behind us, then before us, then not */
	{ MHPS_MEM_PREPARE_ONLINE, MHPS_MEM_GOING_ONLINE, MHPS_MEM_ONLINE,
	  MHPS_MEM_GOING_OFFLINE, MHPS_MEM_CANCEL_OFFLINE, MHPS_MEM_CANCEL_OFFLINE,
	  MHPS_MEM_GOING_OFFLINE, MHPS_MEM_OFFLINE, MHPS_MEM_FINISH_OFFLINE, MHPS_EVENT_NR },
};

static const enum mhps_event configure_lives[][10] = {
	{ MHPS_MEM_GOING_ONLINE, MHPS_MEM_ONLINE, MHPS_MEM_GOING_OFFLINE, MHPS_MEM_OFFLINE,
	  MHPS_EVENT_NR },
	{ MHPS_MEM_GOING_ONLINE, MHPS_MEM_CANCEL_ONLINE, MHPS_EVENT_NR },
	{ MHPS_MEM_CANCEL_ONLINE, MHPS_EVENT_NR },
	{ MHPS_MEM_GOING_ONLINE, MHPS_MEM_ONLINE, MHPS_MEM_GOING_OFFLINE,
	  MHPS_MEM_CANCEL_OFFLINE, MHPS_MEM_CANCEL_OFFLINE, MHPS_MEM_GOING_OFFLINE,
	  MHPS_MEM_OFFLINE, MHPS_EVENT_NR },
};

static void live(struct kunit *test, const struct mhps_model *model,
		 const enum mhps_event *events)
{
	const struct mhps_block_transition *transition;
	enum mhps_block_state state = MHPS_BLOCK_OFFLINE;

	for (; *events != MHPS_EVENT_NR; events++) {
		transition = mhps_block_transition(model, *events);
		KUNIT_EXPECT_TRUE_MSG(test, transition->from & BIT(state),
				      "%s model: event %d in state %s", model->name, *events,
				      mhps_block_state_name(state));
		state = transition->to;
	}
	KUNIT_EXPECT_EQ(test, state, MHPS_BLOCK_OFFLINE);
}

static void lives_of_blocks(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(event_lives); i++)
		live(test, &event_model, event_lives[i]);
	for (i = 0; i < ARRAY_SIZE(configure_lives); i++)
		live(test, &configure_model, configure_lives[i]);
}

/* As this kernel has it: what is counted, and what fits. */
static void advancing(struct kunit *test)
{
	const struct walk *walk = mhps_model.has_prepare ? event_walk : configure_walk;
	enum mhps_block_state state;
	enum mhps_event event;

	for (state = 0; state < MHPS_BLOCK_STATE_NR; state++) {
		for (event = 0; event < MHPS_MEM_EVENT_NR; event++) {
			struct mhps_block block = { .state = state };
			bool fits = mhps_block_advance(&block, event);

			KUNIT_EXPECT_EQ_MSG(test, fits, state == MHPS_BLOCK_UNKNOWN ||
					    walk[event].fits[state] == 'x',
					    "event %d in state %s", event,
					    mhps_block_state_name(state));
			KUNIT_EXPECT_EQ(test, block.state, walk[event].to);
			KUNIT_EXPECT_EQ(test, block.onlined, event == MHPS_MEM_ONLINE);
			KUNIT_EXPECT_EQ(test, block.offlined, event == MHPS_MEM_OFFLINE);
			KUNIT_EXPECT_EQ(test, block.failed, event == MHPS_MEM_CANCEL_ONLINE ||
					event == MHPS_MEM_CANCEL_OFFLINE);
		}
	}
}

static void every_state_has_a_name(struct kunit *test)
{
	enum mhps_block_state state;

	for (state = 0; state < MHPS_BLOCK_STATE_NR; state++)
		KUNIT_EXPECT_NOT_NULL(test, mhps_block_state_name(state));
}

/* The table by number, up to the highest there is; a note gives way to our own. */
static void the_table(struct kunit *test)
{
	struct mhps_block *note, *ours, *high;
	struct xa_state walk;

	KUNIT_EXPECT_NULL(test, mhps_block_walk(&walk, 0));
	note = mhps_block_find_or_note(7);
	KUNIT_ASSERT_NOT_NULL(test, note);
	KUNIT_EXPECT_EQ(test, note->state, MHPS_BLOCK_UNKNOWN);
	KUNIT_EXPECT_PTR_EQ(test, mhps_block_find_or_note(7), note);
	ours = mhps_block_new(7);
	KUNIT_ASSERT_NOT_NULL(test, ours);
	KUNIT_EXPECT_EQ(test, ours->state, MHPS_BLOCK_OFFLINE);
	KUNIT_EXPECT_EQ(test, ours->start, mhps_block_address(7));
	KUNIT_ASSERT_EQ(test, mhps_block_insert(ours), 0);
	KUNIT_EXPECT_PTR_EQ(test, mhps_block_find(7), ours);
	high = mhps_block_find_or_note(U32_MAX - 1);
	KUNIT_ASSERT_NOT_NULL(test, high);
	KUNIT_EXPECT_PTR_EQ(test, mhps_block_walk(&walk, 8), high);
	KUNIT_EXPECT_PTR_EQ(test, mhps_block_walk(&walk, 0), ours);
	KUNIT_EXPECT_PTR_EQ(test, mhps_block_walk_on(&walk), high);
	KUNIT_EXPECT_NULL(test, mhps_block_walk_on(&walk));
	mhps_block_delete(ours);
	KUNIT_EXPECT_NULL(test, mhps_block_find(7));
	mhps_blocks_exit();
	KUNIT_EXPECT_NULL(test, mhps_block_find(U32_MAX - 1));
}

static struct kunit_case block_cases[] = {
	KUNIT_CASE(whole_table_event_model),
	KUNIT_CASE(whole_table_configure_model),
	KUNIT_CASE(lives_of_blocks),
	KUNIT_CASE(advancing),
	KUNIT_CASE(every_state_has_a_name),
	KUNIT_CASE(the_table),
	{ }
};

static struct kunit_suite block_suite = {
	.name = "mhps_block",
	.test_cases = block_cases,
};

kunit_test_suite(block_suite);
