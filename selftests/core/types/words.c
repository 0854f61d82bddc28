// SPDX-License-Identifier: GPL-2.0
/* Payloads of a word, whose copies are the kernel's own: each size, and where it can not be. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "types.h"

#define PAGE 4096

static const unsigned long numbers[] = { CHARD_TYPES_TURN_1, CHARD_TYPES_TURN_2, CHARD_TYPES_TURN_4,
					 CHARD_TYPES_TURN_8 };

/* Never user space's: none, the kernel's, one that is no address, the last one. */
static const unsigned long elsewhere[] = { 0, 0xffff888000000000, 0x8000000000000000, -1UL };

/* @size bytes at @at are turned round, and none before them. */
static bool turned(int fd, unsigned long number, unsigned char *at, size_t size)
{
	memset(at - 8, 0x5a, 8);
	for (size_t i = 0; i < size; i++)
		at[i] = 0x11 * i + 1;
	if (control(fd, number, (unsigned long)at))
		return false;
	for (size_t i = 0; i < size; i++) {
		if (at[i] != (unsigned char)~(0x11 * i + 1))
			return false;
	}
	return !memcmp(at - 8, "\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a", 8);
}

int main(void)
{
	unsigned char *pages =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = opened();

	report(pages != MAP_FAILED && !mprotect(pages + PAGE, PAGE, PROT_NONE), "a page, and none");
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		size_t size = 1UL << i;
		bool good = true;

		report(turned(fd, numbers[i], pages + 64, size), "%zu bytes, in and out", size);
		report(turned(fd, numbers[i], pages + 65, size), "%zu bytes, at any address", size);
		report(turned(fd, numbers[i], pages + PAGE - size, size),
		       "%zu bytes, the last of a page", size);
		report(control(fd, numbers[i], (unsigned long)pages + PAGE - size + 1) == EFAULT,
		       "%zu bytes, of which one is not there: EFAULT", size);
		for (size_t j = 0; j < ARRAY_SIZE(elsewhere); j++)
			good &= control(fd, numbers[i], elsewhere[j]) == EFAULT;
		report(good, "%zu bytes, where user space is not: EFAULT", size);
		memset(pages, 0x77, PAGE);
		mprotect(pages, PAGE, PROT_READ);
		report(control(fd, numbers[i], (unsigned long)pages) == EFAULT && pages[0] == 0x77,
		       "%zu bytes that can be read only: EFAULT", size);
		mprotect(pages, PAGE, PROT_READ | PROT_WRITE);
	}
	close(fd);
	return report_end();
}
