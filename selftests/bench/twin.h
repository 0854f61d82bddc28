/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between kernels, for all twins. */
#ifndef TWIN_H
#define TWIN_H

#include <linux/fs.h>

/* Its name was changed in 6.5. */
#ifndef TWIN_HAS_COPY_SPLICE_READ
#define copy_splice_read generic_file_splice_read
#endif

#endif
