/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CHARD_HOST_SIGNAL_H
#define CHARD_HOST_SIGNAL_H

/* Nobody kills a task of the process, or sends it a signal. */
#define fatal_signal_pending(task) 0
#define signal_pending(task) 0

#endif
