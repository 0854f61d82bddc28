// SPDX-License-Identifier: GPL-2.0
/* A probe that fails at any step leaves nothing, and the next one works. */
#include "bound_test.h"

static void probe_fails(const char *how, int error, const char *name)
{
	expect(0, unbind());
	expect(0, store(FAIL, how));
	expect(error, bind_again());
	report(access(FIRST, F_OK) && access(PIECE "chard", F_OK), "%s fails: there is no node",
	       name);
	/* There are two numbers: they are not used up. */
	expect(error, bind_again());
	expect(error, bind_again());
	expect(0, store(FAIL, "0"));
	expect(0, bind_again());
	expect(0, access(FIRST, F_OK));
}

void fails(void)
{
	expect(0, load(KO, ""));
	probe_fails("1", ENOTTY, "new");
	probe_fails("2", ENOTTY, "registered");
	probe_fails("4", EXDEV, "what is behind the registration");
	probe_fails("5", EXDEV, "what is before the registration");
	expect(0, unload(MODULE));
	/* The driver's own init. */
	expect(ENXIO, load(KO, "fail=3"));
	expect(-1, access("/sys/module/chard_plug", F_OK));
	/* The devices are refused, and the module is there without one. */
	expect(0, load(KO, "fail=1"));
	expect(-1, access(FIRST, F_OK));
	expect(0, store(FAIL, "0"));
	expect(0, bind_again());
	expect(0, access(FIRST, F_OK));
	expect(0, unload(MODULE));
	report(log_lacks("left behind") && log_lacks("WARNING"), "%s: nothing is left behind",
	       __func__);
	clear_log();
}
