// SPDX-License-Identifier: GPL-2.0
/*
 * user ROUNDS: has the module three stir so many rounds and prints what went wrong:
 * a result that is not the one that this program comes to, registers of its own that
 * are not as they were.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PARAMETER "/sys/module/three/parameters/mix"

/* As three_mix() has it. */
static unsigned long mix(unsigned long x, unsigned long rounds)
{
	unsigned long table[8] = { x, x, x, x, x, x, x, x };

	while (rounds--) {
		unsigned long *slot = &table[x & 7];

		*slot ^= x;
		x = (x << 7 | x >> 57) + *slot;
	}
	return x;
}

/* read(2) with a pattern in %xmm0, which is put out as it is behind it. */
static long read_with_xmm(int fd, char *text, size_t len, unsigned long xmm[2])
{
	long ret;

	asm volatile("movdqu (%[xmm]), %%xmm0\n\t"
		     "syscall\n\t"
		     "movdqu %%xmm0, (%[xmm])"
		     : "=a"(ret)
		     : "a"(SYS_read), "D"(fd), "S"(text), "d"(len), [xmm] "r"(xmm)
		     : "rcx", "r11", "xmm0", "memory");
	return ret;
}

/* Has the module stir so many rounds; returns what went wrong, nothing but 0 if nothing did. */
static const char *stir(int fd, unsigned long rounds)
{
	unsigned long xmm[2] = { 0x0123456789abcdef, 0xfedcba9876543210 }, before[2];
	char text[32] = "";

	memcpy(before, xmm, sizeof(xmm));
	if (lseek(fd, 0, SEEK_SET) < 0 || dprintf(fd, "%lu", rounds) < 0 ||
	    lseek(fd, 0, SEEK_SET) < 0 || read_with_xmm(fd, text, sizeof(text) - 1, xmm) <= 0) {
		perror(PARAMETER);
		exit(2);
	}
	if (strtoul(text, NULL, 10) != mix(1, rounds))
		return "a wrong result";
	return memcmp(before, xmm, sizeof(xmm)) ? "%xmm0 is not as it was" : NULL;
}

int main(int argc, char **argv)
{
	unsigned long rounds = strtoul(argc > 1 ? argv[1] : "1", NULL, 0);
	int fd = open(PARAMETER, O_RDWR);
	const char *wrong;

	if (fd < 0) {
		perror(PARAMETER);
		return 2;
	}
	wrong = stir(fd, rounds);
	/*
	 * Long ones are interrupted, which the red zone does not survive. But who is taken off
	 * its processor meanwhile has the registers brought back: that is seen in short ones.
	 */
	for (int i = 0; i < 100 && !wrong; i++)
		wrong = stir(fd, 1);
	if (wrong)
		puts(wrong);
	return !!wrong;
}
