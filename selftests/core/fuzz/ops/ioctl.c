// SPDX-License-Identifier: GPL-2.0
/* Rows: ioctl, by numbers that there are and that there are not. */
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "chard_echo.h"
#include "chard_fifo.h"
#include "chard_scull.h"
#include "chard_selftest.h"
#include "chard_shm.h"
#include "chard_tick.h"
#include "../fuzz.h"

long control(int fd, unsigned int cmd, void *argument)
{
	long ret;

	errno = 0;
	ret = syscall(SYS_ioctl, fd, cmd, argument);
	return ret < 0 ? -errno : ret;
}

/* A number for what is passed by value. */
static void *pick_value(struct fuzzer *f)
{
	__u64 value = one_in(f, 4) ? draw(f) : below(f, 5000);

	if (one_in(f, 4))
		value = PICK(f, -1, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, UINT32_MAX);
	return (void *)(uintptr_t)value;
}

static void check_sum(struct fuzzer *f, const struct chard_echo_sum *asked, const void *at)
{
	struct chard_echo_sum sum;

	memcpy(&sum, at, sizeof(sum));
	if (sum.offset != asked->offset || sum.length != asked->length)
		fail(f, "a sum of another range");
	if (sum.covered > asked->length || sum.covered > CHARD_ECHO_LIMIT_MAX ||
	    sum.sum > sum.covered * (FIRST_LETTER + LETTERS - 1))
		fail(f, "a sum of %llu over %llu bytes", sum.sum, sum.covered);
}

long op_ioctl_echo(struct fuzzer *f)
{
	unsigned int cmd = PICK(f, CHARD_ECHO_GET_SIZE, CHARD_ECHO_CLEAR, CHARD_ECHO_SET_LIMIT,
				CHARD_ECHO_SUM, CHARD_ECHO_SUM, CHARD_ECHO_GET_SIZE);
	struct chard_echo_sum asked = { .offset = one_in(f, 4) ? draw(f) : below(f, 70000),
					.length = one_in(f, 4) ? draw(f) : below(f, 70000) };
	__u64 limit = one_in(f, 3) ? draw(f) : 1 + below(f, CHARD_ECHO_LIMIT_MAX);
	struct buffer buffer = pick_buffer(f, _IOC_SIZE(cmd), 0, 1);
	bool mapped = buffer.from && buffer.at + buffer.length <= (char *)buffer.to;
	struct file *file = pick_file_of(f, ECHO);
	__u64 size;
	long ret;

	expect_output(&buffer, 1);
	if (mapped && cmd == CHARD_ECHO_SUM)
		memcpy(buffer.at, &asked, sizeof(asked));
	if (mapped && cmd == CHARD_ECHO_SET_LIMIT)
		memcpy(buffer.at, &limit, sizeof(limit));
	ret = control(file->fd, cmd, buffer.at);
	if (ret > 0)
		fail(f, "ioctl %#x gives %ld", cmd, ret);
	if (!ret && mapped) {
		if (cmd == CHARD_ECHO_GET_SIZE) {
			memcpy(&size, buffer.at, sizeof(size));
			if (size > CHARD_ECHO_LIMIT_MAX)
				fail(f, "a size of %llu", size);
		} else if (cmd == CHARD_ECHO_SUM) {
			check_sum(f, &asked, buffer.at);
		} else if (cmd == CHARD_ECHO_SET_LIMIT && limit - 1 >= CHARD_ECHO_LIMIT_MAX) {
			fail(f, "a limit of %llu", limit);
		}
	}
	/* What is around the payload, all of which may have been written. */
	if (mapped) {
		memset(buffer.at, UNTOUCHED, buffer.length);
		check_output(f, &buffer, 1, 0, ECHO);
	} else {
		letters(&buffer);
	}
	return ret;
}

long op_ioctl_selftest(struct fuzzer *f)
{
	unsigned int cmd = PICK(f, CHARD_SELFTEST_ADD, CHARD_SELFTEST_FLAGS, CHARD_SELFTEST_LOCK,
				CHARD_SELFTEST_LOCK_TWICE, CHARD_SELFTEST_MEND,
				CHARD_SELFTEST_ALLOC, CHARD_SELFTEST_RETURN);
	void *value = pick_value(f);
	long ret;

	/* As much as there is, in one piece, is the machine's end, not ours. */
	if (cmd == CHARD_SELFTEST_ALLOC)
		value = (void *)(uintptr_t)PICK(f, 0, 1, 4096, 8193, 1 << 20, (__s64)INT_MAX + 1,
						INT64_MAX, -1, (__s64)below(f, 100000));
	ret = control(pick_file_of(f, SELFTEST)->fd, cmd, value);
	if (ret > 0 && cmd == CHARD_SELFTEST_FLAGS && ret > 7)
		fail(f, "flags %ld", ret);
	if (ret >= 0 && cmd == CHARD_SELFTEST_RETURN &&
	    (unsigned int)ret != (uintptr_t)value % (1ULL << 32))
		fail(f, "what was passed comes back as %ld", ret);
	if (ret >= 0 && cmd == CHARD_SELFTEST_LOCK_TWICE)
		fail(f, "a lock was taken twice");
	return ret;
}

/* A number or a range that is copied in; where it could not be, nothing is known of it. */
long control_with(struct fuzzer *f, enum device_kind kind, unsigned int cmd, const void *payload)
{
	struct buffer buffer = pick_buffer(f, _IOC_SIZE(cmd), 0, 1);
	long ret;

	if (buffer.from && buffer.at + buffer.length <= (char *)buffer.to)
		memcpy(buffer.at, payload, _IOC_SIZE(cmd));
	ret = control(pick_file_of(f, kind)->fd, cmd, buffer.at);
	if (ret > 0)
		fail(f, "ioctl %#x gives %ld", cmd, ret);
	letters(&buffer);
	return ret;
}

long op_ioctl_shm(struct fuzzer *f)
{
	struct chard_shm_range range = { one_in(f, 4) ? draw(f) : below(f, 40 * PAGE),
					 one_in(f, 4) ? draw(f) : below(f, 10 * PAGE) };
	__u64 size = one_in(f, 8) ? draw(f) : below(f, one_in(f, 3) ? 40 * PAGE : 4000 * PAGE);

	switch (below(f, 4)) {
	case 0:
		return control_with(f, SHM, CHARD_SHM_GET_SIZE, &size);
	case 1:
		return control_with(f, SHM, CHARD_SHM_SET_SIZE, &size);
	case 2:
		return control_with(f, SHM, CHARD_SHM_ZERO, &range);
	default:
		return control_with(f, SHM, CHARD_SHM_PUNCH, &range);
	}
}

/* The devices that wait. */
long op_ioctl_wait(struct fuzzer *f)
{
	__u64 number = one_in(f, 8) ? draw(f) : below(f, 70000);

	switch (below(f, 6)) {
	case 0:
		return control_with(f, FIFO, CHARD_FIFO_GET_FILL, &number);
	case 1:
		return control_with(f, FIFO, CHARD_FIFO_GET_SIZE, &number);
	case 2:
		return control_with(f, FIFO, CHARD_FIFO_SET_SIZE, &number);
	case 3:
		return control_with(f, TICK, CHARD_TICK_GET_PERIOD, &number);
	case 4:
		return control_with(f, TICK, CHARD_TICK_GET_COUNT, &number);
	default:
		number = one_in(f, 8) ? number : CHARD_TICK_PERIOD_MIN + number;
		return control_with(f, TICK, CHARD_TICK_SET_PERIOD, &number);
	}
}

long op_ioctl_reverse(struct fuzzer *f)
{
	size_t length = one_in(f, 10) ? pick_length(f) : below(f, 4200);
	struct buffer from = pick_buffer(f, length, 0, 4), to = pick_buffer(f, length, 3, 4);
	struct buffer request = pick_buffer(f, sizeof(struct chard_selftest_reverse), 2, 4);
	struct chard_selftest_reverse asked = { (uintptr_t)from.at, (uintptr_t)to.at, length };
	bool mapped = request.from && request.at + request.length <= (char *)request.to;
	long ret;

	if (mapped)
		memcpy(request.at, &asked, sizeof(asked));
	expect_output(&to, 1);
	ret = control(pick_file_of(f, SELFTEST)->fd, CHARD_SELFTEST_REVERSE, request.at);
	if (ret >= 0 && (size_t)ret != (mapped ? length : (size_t)ret))
		fail(f, "%ld of %zu bytes reversed", ret, length);
	for (long i = 0; i < ret && from.from && to.from && mapped; i++) {
		if (from.at[i] != to.at[ret - 1 - i]) {
			fail(f, "byte %ld of %ld is not reversed", i, ret);
			break;
		}
	}
	if (ret >= 0)
		check_output(f, &to, 1, ret, ECHO);
	else
		letters(&to);
	letters(&request);
	return ret;
}

/* Numbers near those that there are, and any other of these magics. */
long op_ioctl_random(struct fuzzer *f)
{
	unsigned int magic = PICK(f, CHARD_ECHO_MAGIC, CHARD_SELFTEST_MAGIC, CHARD_SHM_MAGIC,
				  CHARD_FIFO_MAGIC, CHARD_TICK_MAGIC, SCULL_IOC_MAGIC, 0x77);
	unsigned int number = one_in(f, 3) ? below(f, 256) : below(f, 24);
	unsigned int cmd = _IOC(below(f, 4), magic, number, below(f, one_in(f, 2) ? 16384 : 40));
	struct buffer buffer = pick_buffer(f, _IOC_SIZE(cmd), 0, 1);

	/* Those by value that are no good idea: with other sizes there are none. */
	if (cmd >> 16 == 0 && magic == CHARD_SELFTEST_MAGIC)
		cmd |= 1 << 16;
	expect_output(&buffer, 1);
	long ret = control(pick_fd(f), cmd, buffer.at);

	/* By chance it may be one of echo's; its payload then is no letter. */
	if (ret == -ENOTTY)
		check_output(f, &buffer, 1, 0, ECHO);
	else
		letters(&buffer);
	return ret;
}

/* What fills the log, or poisons a lock and says so: seldom. */
long op_ioctl_loud(struct fuzzer *f)
{
	return control(pick_file_of(f, SELFTEST)->fd,
		       PICK(f, CHARD_SELFTEST_PRINT, CHARD_SELFTEST_DUMP, CHARD_SELFTEST_FORGET),
		       NULL);
}

/* The manager finds it gone, and brings it back. */
long op_ioctl_remove(struct fuzzer *f)
{
	return control(pick_file_of(f, SELFTEST)->fd, CHARD_SELFTEST_REMOVE,
		       (void *)(uintptr_t)below(f, 5));
}

long op_ioctl_panic(struct fuzzer *f)
{
	int fd = pick_file_of(f, SELFTEST)->fd;

	if (!options.panics)
		return control(fd, CHARD_SELFTEST_FLAGS, NULL);
	switch (below(f, 8)) {
	case 0:
		return control(fd, CHARD_SELFTEST_ARM, (void *)(uintptr_t)below(f, 32));
	case 1:
		return control(fd, CHARD_SELFTEST_PANIC_LOCKED, NULL);
	case 2:
	case 3: /* So that others come through again. */
		return control(fd, CHARD_SELFTEST_ARM, NULL);
	case 4:
		return control(fd, CHARD_SELFTEST_MEND, NULL);
	default:
		return control(fd, CHARD_SELFTEST_PANIC, (void *)(uintptr_t)below(f, 9));
	}
}
