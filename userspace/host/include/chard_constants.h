/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bindings/constants.c works out for a kernel, for a process. The
 * stand-in asserts what it can of it; the flags of a kiocb and of a file's mode
 * are its own.
 */
#ifndef CHARD_CONSTANTS_H
#define CHARD_CONSTANTS_H

#define CHARD_CONTRACT_HASH 1

#define CHARD_LOCK_WORDS 7
#define CHARD_WAIT_WORDS 7
#define CHARD_CLASS_WORDS 1

/* Lines for debugging come always. */
#define CHARD_DYNAMIC_DEBUG 0
#define CHARD_DEBUG_WORDS 1
#define CHARD_DEBUG_CLASS 0
#define CHARD_DEBUG_PRINT 1

#define CHARD_PAGE_SIZE 4096

#define CHARD_O_NONBLOCK 2048

#define CHARD_IOCB_APPEND 1
#define CHARD_IOCB_NOWAIT 2

#define CHARD_EPOLLIN 0x41
#define CHARD_EPOLLPRI 0x2
#define CHARD_EPOLLOUT 0x104
#define CHARD_EPOLLERR 0x8
#define CHARD_EPOLLHUP 0x10
#define CHARD_EPOLLRDHUP 0x2000

#define CHARD_FMODE_READ 1
#define CHARD_FMODE_WRITE 2

#define CHARD_I2C_BYTE 1
#define CHARD_I2C_BYTE_DATA 2
#define CHARD_I2C_WORD_DATA 3
#define CHARD_I2C_BLOCK_DATA 5
#define CHARD_I2C_I2C_BLOCK 8
#define CHARD_I2C_FUNC_I2C 0x1
#define CHARD_I2C_FUNC_BYTE 0x60000
#define CHARD_I2C_FUNC_BYTE_DATA 0x180000
#define CHARD_I2C_FUNC_WORD_DATA 0x600000
#define CHARD_I2C_FUNC_BLOCK_DATA 0x3000000
#define CHARD_I2C_FUNC_I2C_BLOCK 0xc000000
#define CHARD_I2C_FUNC_PEC 0x8

#define CHARD_ERESTARTSYS 512
#define CHARD_EPROBE_DEFER 517
#define CHARD_ENOTSUPP 524
#define CHARD_ENOIOCTLCMD 515

#define CHARD_LEVEL_EMERG 0
#define CHARD_LEVEL_ALERT 1
#define CHARD_LEVEL_CRIT 2
#define CHARD_LEVEL_ERR 3
#define CHARD_LEVEL_WARNING 4
#define CHARD_LEVEL_NOTICE 5
#define CHARD_LEVEL_INFO 6
#define CHARD_LEVEL_DEBUG 7

#endif
