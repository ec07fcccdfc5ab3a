/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef CTL_H
#define CTL_H

/** @file What the commands of weirctl share. */

#include <jansson.h>

/* Each prints a reply for people; members that are missing print as what they are not: nothing. */
void ctl_show_status(const json_t *reply);
void ctl_show_lookup(const json_t *reply);
void ctl_show_placement(const json_t *reply);
void ctl_show_counters(const json_t *reply);
void ctl_show_reload(const json_t *reply);

/** Sentences, a line each. */
void ctl_show_notes(const char *lead, const json_t *notes);

/** What waits for a restart; nothing where nothing does. */
void ctl_show_restart(const json_t *object);

/** The text, number or truth of a member; "" and 0 where it is none. */
const char *ctl_text(const json_t *object, const char *key);
long long ctl_number(const json_t *object, const char *key);
int ctl_is(const json_t *object, const char *key);

#endif
