// SPDX-License-Identifier: GPL-2.0
/*
 * What Rust must know of the target kernel, worked out by the compiler that
 * builds the modules: Kbuild turns the assembly of this file into a header.
 * bindgen never sees a kernel header, so it cannot disagree with gcc on one.
 */
#define COMPILE_OFFSETS

#include <linux/dynamic_debug.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/i2c.h>
#include <linux/kbuild.h>
#include <linux/kern_levels.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/wait.h>

/*
 * A place that prints for debugging, as the crate has it: print/debug.rs. Its flags are the
 * highest byte of the word before the key, the class the six bits below, which no
 * constant expression can say: a test of what the kernel makes of one does.
 */
#ifdef CONFIG_DYNAMIC_DEBUG
static_assert(offsetof(struct _ddebug, modname) == 0);
static_assert(offsetof(struct _ddebug, function) == sizeof(long));
static_assert(offsetof(struct _ddebug, filename) == 2 * sizeof(long));
static_assert(offsetof(struct _ddebug, format) == 3 * sizeof(long));
static_assert(__alignof__(struct _ddebug) == 8);
#define DEBUG_WORDS (sizeof(struct _ddebug) / sizeof(int) - 4 * sizeof(long) / sizeof(int) - 1)
#define DEBUG_CLASS _DPRINTK_CLASS_DFLT
#define DEBUG_PRINT _DPRINTK_FLAGS_PRINT
#else
#define DEBUG_WORDS 1
#define DEBUG_CLASS 0
#define DEBUG_PRINT 1
#endif

#define WORDS(type) DIV_ROUND_UP(sizeof(type), sizeof(long))

static_assert(__alignof__(struct mutex) <= sizeof(long));
static_assert(__alignof__(spinlock_t) <= sizeof(long));
static_assert(__alignof__(rwlock_t) <= sizeof(long));
static_assert(__alignof__(struct rw_semaphore) <= sizeof(long));
static_assert(__alignof__(struct wait_queue_entry) <= sizeof(long));
static_assert(__alignof__(struct lock_class_key) <= sizeof(long));

static void __used constants(void)
{
	DEFINE(CHARD_CONTRACT_HASH, CHARD_CONTRACT_HASH);

	DEFINE(CHARD_LOCK_WORDS, max(max(WORDS(struct mutex), WORDS(spinlock_t)),
				     max(WORDS(struct rw_semaphore), WORDS(rwlock_t))));
	/* struct chard_wait, core/calls/wait.c, which asserts it: five words and an entry. */
	DEFINE(CHARD_WAIT_WORDS, 5 + WORDS(struct wait_queue_entry));
	/* Empty without lockdep; a class still needs an address of its own. */
	DEFINE(CHARD_CLASS_WORDS, max_t(size_t, WORDS(struct lock_class_key), 1));

	DEFINE(CHARD_DYNAMIC_DEBUG, IS_ENABLED(CONFIG_DYNAMIC_DEBUG));
	DEFINE(CHARD_DEBUG_WORDS, DEBUG_WORDS);
	DEFINE(CHARD_DEBUG_CLASS, DEBUG_CLASS);
	DEFINE(CHARD_DEBUG_PRINT, DEBUG_PRINT);

	DEFINE(CHARD_PAGE_SIZE, PAGE_SIZE);

	DEFINE(CHARD_O_NONBLOCK, O_NONBLOCK);

	DEFINE(CHARD_IOCB_APPEND, IOCB_APPEND);
	DEFINE(CHARD_IOCB_NOWAIT, IOCB_NOWAIT);

	DEFINE(CHARD_EPOLLIN, (__force unsigned int)(EPOLLIN | EPOLLRDNORM));
	DEFINE(CHARD_EPOLLOUT, (__force unsigned int)(EPOLLOUT | EPOLLWRNORM));
	DEFINE(CHARD_EPOLLPRI, (__force unsigned int)EPOLLPRI);
	DEFINE(CHARD_EPOLLERR, (__force unsigned int)EPOLLERR);
	DEFINE(CHARD_EPOLLHUP, (__force unsigned int)EPOLLHUP);
	DEFINE(CHARD_EPOLLRDHUP, (__force unsigned int)EPOLLRDHUP);

	DEFINE(CHARD_FMODE_READ, (__force unsigned int)FMODE_READ);
	DEFINE(CHARD_FMODE_WRITE, (__force unsigned int)FMODE_WRITE);

	DEFINE(CHARD_I2C_BYTE, I2C_SMBUS_BYTE);
	DEFINE(CHARD_I2C_BYTE_DATA, I2C_SMBUS_BYTE_DATA);
	DEFINE(CHARD_I2C_WORD_DATA, I2C_SMBUS_WORD_DATA);
	DEFINE(CHARD_I2C_BLOCK_DATA, I2C_SMBUS_BLOCK_DATA);
	DEFINE(CHARD_I2C_I2C_BLOCK, I2C_SMBUS_I2C_BLOCK_DATA);
	DEFINE(CHARD_I2C_FUNC_I2C, I2C_FUNC_I2C);
	DEFINE(CHARD_I2C_FUNC_BYTE, I2C_FUNC_SMBUS_BYTE);
	DEFINE(CHARD_I2C_FUNC_BYTE_DATA, I2C_FUNC_SMBUS_BYTE_DATA);
	DEFINE(CHARD_I2C_FUNC_WORD_DATA, I2C_FUNC_SMBUS_WORD_DATA);
	DEFINE(CHARD_I2C_FUNC_BLOCK_DATA, I2C_FUNC_SMBUS_BLOCK_DATA);
	DEFINE(CHARD_I2C_FUNC_I2C_BLOCK, I2C_FUNC_SMBUS_I2C_BLOCK);
	DEFINE(CHARD_I2C_FUNC_PEC, I2C_FUNC_SMBUS_PEC);

	/* Not in the uapi headers: the kernel's own, never seen by a caller. */
	DEFINE(CHARD_ERESTARTSYS, ERESTARTSYS);
	DEFINE(CHARD_EPROBE_DEFER, EPROBE_DEFER);
	DEFINE(CHARD_ENOTSUPP, ENOTSUPP);
	DEFINE(CHARD_ENOIOCTLCMD, ENOIOCTLCMD);

	DEFINE(CHARD_LEVEL_EMERG, LOGLEVEL_EMERG);
	DEFINE(CHARD_LEVEL_ALERT, LOGLEVEL_ALERT);
	DEFINE(CHARD_LEVEL_CRIT, LOGLEVEL_CRIT);
	DEFINE(CHARD_LEVEL_ERR, LOGLEVEL_ERR);
	DEFINE(CHARD_LEVEL_WARNING, LOGLEVEL_WARNING);
	DEFINE(CHARD_LEVEL_NOTICE, LOGLEVEL_NOTICE);
	DEFINE(CHARD_LEVEL_INFO, LOGLEVEL_INFO);
	DEFINE(CHARD_LEVEL_DEBUG, LOGLEVEL_DEBUG);
}
