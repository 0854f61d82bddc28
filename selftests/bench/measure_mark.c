// SPDX-License-Identifier: GPL-2.0
/* mark(), whose address trace.py looks for. */
#include "measure.h"

void mark(void)
{
}
