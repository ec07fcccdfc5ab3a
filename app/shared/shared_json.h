/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef SHARED_JSON_H
#define SHARED_JSON_H

/** @file What the programs share of writing JSON with jansson. NULL is an item that found no
 * memory: json_pack() fails on it, so that a part that is missing fails the whole. */

#include <jansson.h>

/** Text of any octets: where they are no UTF-8, those above 0x7f become '?'. NULL: no memory. */
json_t *json_from_text(const char *text);

/** Appends an item; where memory is out the array itself becomes NULL. */
void json_append(json_t **array, json_t *item);

#endif
