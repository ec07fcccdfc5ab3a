/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port_links.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Devices made of nothing: whether the cable is in, and what was set. */
static struct {
	bool cable[PORT_LINKS_MAX];
	bool down[PORT_LINKS_MAX]; /* by set() */
	bool cannot[PORT_LINKS_MAX];
	bool elsewhere[PORT_LINKS_MAX];
	bool gone[PORT_LINKS_MAX];
	char log[1024];
} fake;

static bool
fake_read(void *arg, uint32_t port, struct port_link *out)
{
	(void)arg;
	*out = (struct port_link){.is_up = fake.cable[port] && !fake.down[port] &&
					   !fake.elsewhere[port] && !fake.gone[port],
		.is_gone = fake.gone[port],
		.is_elsewhere = fake.elsewhere[port]};
	return out->is_up;
}

static int
fake_set(void *arg, uint32_t port, bool up)
{
	(void)arg;
	if (fake.cannot[port])
		return -ENOTSUP;
	if (fake.gone[port])
		return -ENODEV;
	fake.down[port] = !up;
	return 0;
}

static void
fake_tell(void *arg, uint32_t port, const struct port_link *link, enum port_links_event event)
{
	static const char *const words[] = {"seen", "set", "cannot"};
	size_t n = strlen(fake.log);

	(void)arg;
	snprintf(fake.log + n, sizeof(fake.log) - n, "%u %s %s;", port, words[event],
		link->is_gone	     ? "gone"
		: link->is_elsewhere ? "elsewhere"
		: link->is_up	     ? "up"
				     : "down");
}

static const struct port_links_ops ops = {NULL, fake_read, fake_set, fake_tell};

/* A step at a time; what it told. */
static void
assert_step(struct port_links *links, uint64_t now_ns, const char *told)
{
	fake.log[0] = '\0';
	port_links_step(links, &ops, now_ns);
	assert_string_equal(fake.log, told);
}

static void
begin(struct port_links *links, uint32_t n, const uint16_t *peers, bool propagate)
{
	memset(&fake, 0, sizeof(fake));
	for (uint32_t i = 0; i < n; i++)
		fake.cable[i] = true;
	port_links_init(links, n, peers, propagate);
}

static const uint16_t pair[] = {1, 0};

static void
a_device_that_cannot_is_left_alone(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	fake.cannot[1] = true;
	assert_step(&links, 0, "0 seen up;1 seen up;");
	fake.cable[0] = false;
	assert_step(&links, 0, "0 seen down;1 cannot down;");
	assert_step(&links, 0, "");
	fake.cable[1] = false;
	assert_step(&links, 0, "1 seen down;");
	assert_false(fake.down[0]);
}

static void
changes_are_told_once(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, false);
	fake.cable[1] = false;
	assert_step(&links, 0, "0 seen up;1 seen down;");
	assert_step(&links, 0, "");
	fake.cable[1] = true;
	assert_step(&links, 0, "1 seen up;");
	fake.cable[0] = false;
	assert_step(&links, 0, "0 seen down;");
	assert_false(fake.down[1]);
}

/* Both ends of a wire: what is held down says nothing of its own, or none would come up again. */
static void
a_link_follows_its_peers(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	assert_step(&links, 0, "0 seen up;1 seen up;");
	fake.cable[0] = false;
	assert_step(&links, 0, "0 seen down;1 set down;");
	assert_true(fake.down[1]);
	assert_step(&links, 0, "");
	fake.cable[0] = true;
	assert_step(&links, 0, "0 seen up;1 set up;");
	assert_false(fake.down[1]);
	assert_step(&links, 0, "");
}

/* A PHY that was let go needs a while: that is no link down. */
static void
one_that_was_let_go_has_a_while(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	fake.cable[0] = false;
	assert_step(&links, 0, "0 seen down;1 seen up;1 set down;");
	fake.cable[0] = true;
	fake.cable[1] = false;
	assert_step(&links, 1, "0 seen up;1 set up;");
	assert_step(&links, PORT_LINKS_WAIT_NS, "");
	/* It is down itself: now the other one is held. */
	assert_step(&links, PORT_LINKS_WAIT_NS + 1, "1 seen down;0 set down;");
	fake.cable[1] = true;
	assert_step(&links, PORT_LINKS_WAIT_NS + 2, "1 seen up;0 set up;");
	assert_false(fake.down[0]);
}

/* A run that was killed left one held: it must not be taken for a dead end, which would hold the
 * other one for good. */
static void
what_a_killed_run_held_is_let_go(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	fake.down[1] = true;
	port_links_begin(&links, &ops, 0);
	assert_false(fake.down[1]);
	assert_step(&links, 0, "0 seen up;1 seen up;");
	/* It needs a while, in which nothing follows from it; its peer's is a link as any. */
	begin(&links, 2, pair, true);
	fake.cable[1] = false;
	port_links_begin(&links, &ops, 0);
	assert_step(&links, 1, "0 seen up;");
	fake.cable[0] = false;
	assert_step(&links, 2, "0 seen down;1 set down;");
	fake.cable[0] = fake.cable[1] = true;
	assert_step(&links, 3, "0 seen up;1 set up;");
	assert_step(&links, 4, "");
	/* One that is down in truth is so after that while. */
	begin(&links, 2, pair, true);
	fake.cable[1] = false;
	port_links_begin(&links, &ops, 0);
	assert_step(&links, 1, "0 seen up;");
	assert_step(&links, PORT_LINKS_WAIT_NS, "1 seen down;0 set down;");
}

static void
without_propagation_nothing_is_set(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, false);
	fake.down[1] = true;
	port_links_begin(&links, &ops, 0);
	assert_true(fake.down[1]);
	assert_step(&links, 0, "0 seen up;1 seen down;");
	begin(&links, 2, pair, true);
	fake.cable[1] = false;
	fake.cannot[1] = true;
	port_links_begin(&links, &ops, 0);
	assert_step(&links, 0, "0 seen up;1 seen down;0 set down;");
}

static void
one_that_is_elsewhere_takes_nothing_down(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	assert_step(&links, 0, "0 seen up;1 seen up;");
	fake.elsewhere[0] = true;
	assert_step(&links, 0, "0 seen elsewhere;");
	assert_step(&links, 0, "");
	fake.cable[1] = false;
	assert_step(&links, 0, "1 seen down;");
	assert_false(fake.down[0]);
	/* It is back, and a wire again. */
	fake.elsewhere[0] = false;
	assert_step(&links, 0, "0 seen up;0 set down;");
	fake.elsewhere[0] = true;
	assert_step(&links, 0, "0 seen elsewhere;");
	port_links_end(&links, &ops);
	assert_true(fake.down[0]); /* whoever moved it may have it as they like */
}

/* It was seen down on its way. */
static void
one_that_is_elsewhere_holds_nothing_down(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	assert_step(&links, 0, "0 seen up;1 seen up;");
	fake.cable[0] = false;
	assert_step(&links, 0, "0 seen down;1 set down;");
	fake.elsewhere[0] = true;
	assert_step(&links, 0, "0 seen elsewhere;1 set up;");
	assert_false(fake.down[1]);
	assert_step(&links, 0, "");
}

/* Another interface that has its name by now is none of its own: its peer stays down. */
static void
one_that_is_gone_is_down_for_good(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	assert_step(&links, 0, "0 seen up;1 seen up;");
	assert_false(port_links_is_down(&links, 0));
	fake.gone[0] = true;
	assert_step(&links, 0, "0 seen gone;1 set down;");
	fake.gone[0] = false;
	assert_step(&links, PORT_LINKS_WAIT_NS + 1, "");
	assert_true(fake.down[1]);
	assert_true(port_links_is_down(&links, 0));
	assert_true(port_links_is_down(&links, 1));
	port_links_end(&links, &ops);
	assert_false(fake.down[1]);
	assert_true(port_links_is_down(&links, 0));
	assert_false(port_links_is_down(&links, 1));
	begin(&links, 2, pair, false);
	fake.gone[1] = true;
	assert_step(&links, 0, "0 seen up;1 seen gone;");
	assert_step(&links, 0, "");
}

/* Held down for its peer, it goes: its peer is held down in turn once it could be up. */
static void
one_that_goes_while_it_is_held_takes_its_peer_down(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	fake.cable[1] = false;
	assert_step(&links, 0, "0 seen up;1 seen down;0 set down;");
	fake.gone[0] = true;
	assert_step(&links, 0, "0 seen gone;1 set down;");
	fake.cable[1] = true;
	assert_step(&links, 1, "");
	assert_true(fake.down[1]);
	fake.gone[1] = true;
	assert_step(&links, 2, "1 seen gone;");
	assert_step(&links, 3, "");
}

static void
two_that_are_down_come_up_in_any_order(void **state)
{
	for (uint32_t first = 0; first < 2; first++) {
		struct port_links links;
		uint64_t now = 0;

		(void)state;
		begin(&links, 2, pair, true);
		port_links_step(&links, &ops, now);
		fake.cable[0] = fake.cable[1] = false;
		port_links_step(&links, &ops, now);
		assert_true(fake.down[0] != fake.down[1]);
		fake.cable[first] = true;
		for (int i = 0; i < 4; i++)
			port_links_step(&links, &ops, now += PORT_LINKS_WAIT_NS);
		fake.cable[!first] = true;
		for (int i = 0; i < 4; i++)
			port_links_step(&links, &ops, now += PORT_LINKS_WAIT_NS);
		for (uint32_t i = 0; i < 2; i++) {
			assert_false(fake.down[i]);
			assert_true(links.ports[i].is_up);
		}
	}
}

static void
ports_that_are_no_wire_do_not_follow(void **state)
{
	static const uint16_t peers[] = {0, 2, 3, 1, 5, 4};
	struct port_links links;

	(void)state;
	begin(&links, 6, peers, true);
	port_links_step(&links, &ops, 0);
	fake.cable[0] = fake.cable[1] = fake.cable[4] = false;
	assert_step(&links, 0, "0 seen down;1 seen down;4 seen down;5 set down;");
	port_links_end(&links, &ops);
	assert_false(fake.down[5]);
}

/** What is told of a link is what was seen of it last. */
static void
the_state_is_what_was_seen_last(void **state)
{
	struct port_links links;

	(void)state;
	begin(&links, 2, pair, true);
	port_links_step(&links, &ops, 0);
	assert_int_equal(port_links_state(&links.ports[0]), PORT_LINKS_UP);
	fake.cable[0] = false;
	port_links_step(&links, &ops, 0);
	assert_int_equal(port_links_state(&links.ports[0]), PORT_LINKS_DOWN);
	assert_int_equal(port_links_state(&links.ports[1]), PORT_LINKS_HELD);
	fake.elsewhere[0] = true;
	port_links_step(&links, &ops, 0);
	assert_int_equal(port_links_state(&links.ports[0]), PORT_LINKS_UNKNOWN);
	/* Let go, and not up yet: nothing follows from that, and still it is down. */
	fake.elsewhere[0] = false;
	fake.cable[0] = true;
	fake.cable[1] = false;
	port_links_step(&links, &ops, 1);
	assert_int_equal(port_links_state(&links.ports[0]), PORT_LINKS_UP);
	assert_int_equal(port_links_state(&links.ports[1]), PORT_LINKS_DOWN);
	fake.gone[0] = true;
	port_links_step(&links, &ops, 2);
	assert_int_equal(port_links_state(&links.ports[0]), PORT_LINKS_GONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_state_is_what_was_seen_last),
		cmocka_unit_test(a_device_that_cannot_is_left_alone),
		cmocka_unit_test(changes_are_told_once),
		cmocka_unit_test(a_link_follows_its_peers),
		cmocka_unit_test(one_that_was_let_go_has_a_while),
		cmocka_unit_test(two_that_are_down_come_up_in_any_order),
		cmocka_unit_test(ports_that_are_no_wire_do_not_follow),
		cmocka_unit_test(one_that_is_elsewhere_takes_nothing_down),
		cmocka_unit_test(one_that_is_elsewhere_holds_nothing_down),
		cmocka_unit_test(one_that_is_gone_is_down_for_good),
		cmocka_unit_test(one_that_goes_while_it_is_held_takes_its_peer_down),
		cmocka_unit_test(what_a_killed_run_held_is_let_go),
		cmocka_unit_test(without_propagation_nothing_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
