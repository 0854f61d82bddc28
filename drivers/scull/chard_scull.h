/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /dev/scull0 and its kin, the devices of "Linux Device Drivers", 3rd edition.
 *
 * scull0 to scull3 are memory, which stays when the last file is closed; opened with
 * O_WRONLY, they are emptied. It comes in quanta, quantum sets of them, and a read or
 * a write ends where a quantum does. Where nothing was written a read finds the end.
 * scullpipe0 to scullpipe3 are pipes, whose bytes go with the last file. Of scull0's
 * sort, but not opened by all at once: scullsingle by one file, sculluid by one
 * user's, the others' EBUSY; scullwuid by one user's, the others wait; scullpriv has
 * memory for each terminal, EINVAL where the caller has none.
 */
#ifndef CHARD_SCULL_H
#define CHARD_SCULL_H

#include <linux/ioctl.h>

/* What SCULL_IOCRESET sets, and what module parameters are where none are given. */
#define SCULL_QUANTUM 4000
#define SCULL_QSET 1000
#define SCULL_P_BUFFER 4000

/* The most that is taken, EINVAL for more or for 0: bytes, quanta, bytes. */
#define SCULL_QUANTUM_MAX 1048576
#define SCULL_QSET_MAX 65536
#define SCULL_P_BUFFER_MAX 1048576

/* Bytes that all devices together may hold, what finds them included; then ENOMEM. */
#define SCULL_MEMORY_MAX 67108864

/*
 * The same through every node. A device takes new sizes when it is emptied, a pipe
 * when it is opened by the first. To change something needs CAP_SYS_ADMIN, else
 * EPERM.
 *
 * S means "set" through a pointer, T "tell" by the argument's value, G "get" through a
 * pointer, Q "query", the answer is what ioctl(2) returns, X "exchange": G and S at
 * once, H "shift": T and Q at once.
 */
#define SCULL_IOC_MAGIC 'k'

#define SCULL_IOCRESET _IO(SCULL_IOC_MAGIC, 0)
#define SCULL_IOCSQUANTUM _IOW(SCULL_IOC_MAGIC, 1, int)
#define SCULL_IOCSQSET _IOW(SCULL_IOC_MAGIC, 2, int)
#define SCULL_IOCTQUANTUM _IO(SCULL_IOC_MAGIC, 3)
#define SCULL_IOCTQSET _IO(SCULL_IOC_MAGIC, 4)
#define SCULL_IOCGQUANTUM _IOR(SCULL_IOC_MAGIC, 5, int)
#define SCULL_IOCGQSET _IOR(SCULL_IOC_MAGIC, 6, int)
#define SCULL_IOCQQUANTUM _IO(SCULL_IOC_MAGIC, 7)
#define SCULL_IOCQQSET _IO(SCULL_IOC_MAGIC, 8)
#define SCULL_IOCXQUANTUM _IOWR(SCULL_IOC_MAGIC, 9, int)
#define SCULL_IOCXQSET _IOWR(SCULL_IOC_MAGIC, 10, int)
#define SCULL_IOCHQUANTUM _IO(SCULL_IOC_MAGIC, 11)
#define SCULL_IOCHQSET _IO(SCULL_IOC_MAGIC, 12)

/* Tells and queries the size of a pipe's buffer. */
#define SCULL_P_IOCTSIZE _IO(SCULL_IOC_MAGIC, 13)
#define SCULL_P_IOCQSIZE _IO(SCULL_IOC_MAGIC, 14)

#define SCULL_IOC_MAXNR 14

#endif
