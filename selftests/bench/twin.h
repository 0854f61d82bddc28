/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between kernels, for all twins. */
#ifndef TWIN_H
#define TWIN_H

#include <linux/device.h>
#include <linux/fs.h>

/* Its name was changed in 6.5. */
#ifndef TWIN_HAS_COPY_SPLICE_READ
#define copy_splice_read generic_file_splice_read
#endif

/* It lost its first argument in 6.4. */
#ifdef TWIN_HAS_CLASS_CREATE_OF_NAME
#define twin_class_create(name) class_create(name)
#else
#define twin_class_create(name) class_create(THIS_MODULE, name)
#endif

#endif
