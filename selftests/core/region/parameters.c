// SPDX-License-Identifier: GPL-2.0
/* Module parameters: at load, in /sys/module, as the handler reads them. */
#include "region.h"

static struct chard_many_params read_by_handler(void)
{
	struct chard_many_params params = {};
	int fd = open(FIRST, O_RDWR);

	expect(0, result(ioctl(fd, CHARD_MANY_PARAMS, &params)));
	close(fd);
	return params;
}

static void defaults(void)
{
	bool good;
	struct chard_many_params params;

	expect(0, load(KO, ""));
	params = read_by_handler();
	expect(4000, params.quantum);
	expect(-7, params.shift);
	expect(-5, params.offset);
	expect(0, params.verbose);
	expect(0, params.count);
	expect(4, params.length);
	report(!strcmp(params.label, "none"), "a string's default");
	good = shows(PARAMETERS "quantum", "4000\n") && shows(PARAMETERS "shift", "-7\n") &&
	       shows(PARAMETERS "offset", "-5\n") && shows(PARAMETERS "verbose", "N\n") &&
	       shows(PARAMETERS "label", "none\n") && shows(PARAMETERS "sizes", "\n");
	report(good, "they are in /sys/module");
	expect(0, unload(MODULE));
}

static void given(void)
{
	bool good;
	struct chard_many_params params;

	expect(0,
	       load(KO, "quantum=0x10 offset=-1000000000000 verbose label=a_word sizes=1,22,100"));
	params = read_by_handler();
	expect(16, params.quantum);
	expect(-1000000000000, params.offset);
	expect(1, params.verbose);
	expect(3, params.count);
	good = params.sizes[0] == 1 && params.sizes[1] == 22 && params.sizes[2] == 100 &&
	       params.sizes[3] == 0;
	report(good, "an array's numbers");
	expect(6, params.length);
	report(!strcmp(params.label, "a_word"), "a string");

	/* The handler sees what is written later. */
	expect(0, store(PARAMETERS "quantum", "1048576\n"));
	expect(0, store(PARAMETERS "shift", "-1000\n"));
	expect(0, store(PARAMETERS "offset", "7"));
	expect(0, store(PARAMETERS "verbose", "0"));
	expect(0, store(PARAMETERS "label", "\n"));
	expect(0, store(PARAMETERS "sizes", "5\n"));
	params = read_by_handler();
	expect(1048576, params.quantum);
	expect(-1000, params.shift);
	expect(7, params.offset);
	expect(0, params.verbose);
	expect(0, params.length);
	expect(1, params.count);
	expect(5, params.sizes[0]);
	expect(0, store(PARAMETERS "sizes", "1,2,3,4"));
	report(shows(PARAMETERS "sizes", "1,2,3,4\n"), "an array is shown as it is given");
	expect(0, store(PARAMETERS "sizes", "\n"));
	report(shows(PARAMETERS "sizes", "\n"), "and emptied by an empty line");
	expect(0, unload(MODULE));
}

/* Each is refused, nothing changes, and the log says what would do. */
static void refused(void)
{
	bool good;

	expect(0, load(KO, "sizes=9,8"));
	clear_log();
	expect(ERANGE, store(PARAMETERS "quantum", "0"));
	report(logged("chard_many: the parameter quantum takes a number from 1 to 1048576, not 0"),
	       "the log names the range");
	expect(ERANGE, store(PARAMETERS "quantum", "1048577"));
	expect(EINVAL, store(PARAMETERS "quantum", "-1"));
	expect(EINVAL, store(PARAMETERS "quantum", "ten"));
	expect(EINVAL, store(PARAMETERS "quantum", "\n"));
	expect(ERANGE, store(PARAMETERS "quantum", "99999999999999999999"));
	expect(ERANGE, store(PARAMETERS "offset", "1000000000001"));
	expect(ERANGE, store(PARAMETERS "offset", "-1000000000001"));
	expect(ERANGE, store(PARAMETERS "shift", "-1001"));
	expect(ERANGE, store(PARAMETERS "shift", "4294967289"));
	expect(EINVAL, store(PARAMETERS "verbose", "maybe"));
	expect(ENOSPC, store(PARAMETERS "label", "a text of more than thirty-one bytes"));
	report(logged("the parameter label takes 31 bytes at most"), "and how much room there is");
	expect(E2BIG, store(PARAMETERS "sizes", "1,2,3,4,5"));
	expect(ERANGE, store(PARAMETERS "sizes", "1,101"));
	expect(EINVAL, store(PARAMETERS "sizes", "1,,2"));
	expect(EINVAL, store(PARAMETERS "sizes", "1,2,"));
	good = shows(PARAMETERS "quantum", "4000\n") && shows(PARAMETERS "offset", "-5\n") &&
	       shows(PARAMETERS "label", "none\n") && shows(PARAMETERS "sizes", "9,8\n");
	report(good, "all are as they were");
	expect(EACCES, store(PARAMETERS "minors", "7") ? EACCES : 0);
	if (!fork()) {
		if (setuid(1000))
			_exit(1);
		_exit(store(PARAMETERS "quantum", "4") != EACCES);
	}
	report(!wait_for_child(), "others may not set them");
	expect(0, unload(MODULE));

	expect(ERANGE, load(KO, "quantum=0"));
	expect(EINVAL, load(KO, "verbose=maybe"));
	expect(ENOSPC, load(KO, "label=abcdefghijklmnopqrstuvwxyzabcdefgh"));
	report(access(PARENT, F_OK) != 0, "a module with a bad one does not load");
	clear_log();
}

void parameters(void)
{
	defaults();
	given();
	report(log_is_clean(), "%s: the log is clean", __func__);
	refused();
}
