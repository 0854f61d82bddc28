/* SPDX-License-Identifier: GPL-2.0 */
/* core/driver.h for those files of core/ that are compiled for the process unchanged. */
#include "chard.h"
