/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * The order in which ports that send each other's packets go.
 */
#include "port_conf_unit.h"
#include "unit.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <string.h>

static char calls[64]; /* s: a device is stopped, c: closed, f: a pool is freed */

static void
note(char what)
{
	size_t n = strlen(calls);

	assert_true(n + 1 < sizeof(calls));
	calls[n] = what;
	calls[n + 1] = '\0';
}

int __real_rte_eth_dev_stop(uint16_t id);
int __wrap_rte_eth_dev_stop(uint16_t id);
int __real_rte_eth_dev_close(uint16_t id);
int __wrap_rte_eth_dev_close(uint16_t id);
void __real_place_free(const void *object);
void __wrap_place_free(const void *object);

int
__wrap_rte_eth_dev_stop(uint16_t id)
{
	note('s');
	return __real_rte_eth_dev_stop(id);
}

int
__wrap_rte_eth_dev_close(uint16_t id)
{
	note('c');
	return __real_rte_eth_dev_close(id);
}

void
__wrap_place_free(const void *object)
{
	if (object != NULL)
		note('f');
	__real_place_free(object);
}

static void
open_two(struct port ports[3])
{
	static const char *const devices[2] = {"net_null0", "net_null1"};

	memset(ports, 0, 3 * sizeof(*ports));
	calls[0] = '\0';
	for (uint32_t i = 0; i < 2; i++) {
		struct port_conf conf = port_conf_of(devices[i]);

		conf.name = i == 0 ? "lan" : "wan";
		assert_int_equal(port_open(&conf, &ports[i], NULL), 0);
	}
}

/* A device that is not closed may hold mbufs of the other one's pool. */
static void
no_pool_goes_before_the_last_device(void **state)
{
	struct port ports[3];

	(void)state;
	open_two(ports);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(port_start(&ports[i], NULL), 0);
	port_close_all(ports, 3);
	assert_string_equal(calls, "ssccff");
	assert_int_equal(rte_eth_dev_count_avail(), 0);
	port_close_all(ports, 3);
	assert_string_equal(calls, "ssccff");
}

/* As a boot that fails at its third port. */
static void
ports_that_were_not_started_go_likewise(void **state)
{
	struct port ports[3];

	(void)state;
	open_two(ports);
	port_close_all(ports, 3);
	assert_string_equal(calls, "ccff");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_pool_goes_before_the_last_device),
		cmocka_unit_test(ports_that_were_not_started_go_likewise),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
