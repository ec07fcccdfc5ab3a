/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PORT_PRIV_H
#define PORT_PRIV_H

#include "port.h"

/* Has EAL make or find the device; gives its ethdev id. */
int port_attach(const struct port_conf *conf, uint16_t *id, struct base_err *err);

/* Closes the device and takes a vdev away. */
void port_detach(const struct port *port);

#endif
