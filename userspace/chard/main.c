// SPDX-License-Identifier: GPL-2.0
/* chard: shows and changes the devices of chard's drivers. chard.8 describes it. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static const char usage[] =
	"usage: chard list [--json]           all drivers, devices, and the processes that have these\n"
	"       chard show [--json] DEVICE    one device: its attributes, parameters, processes\n"
	"       chard remove DEVICE           take a device away; files of it may be open\n"
	"       chard reset DEVICE            let a device answer again that has panicked\n"
	"       chard add DRIVER [NUMBER]     make a device of a driver with several\n"
	"       chard watch [--json]          a line for each event, until interrupted\n"
	"       chard --help | --version\n"
	"DEVICE is a name as in \"chard list\", or the path of a node. NUMBER is that of the\n"
	"device among its driver's, from 0 on; without it the first that is free.\n"
	"Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such device or driver.\n";

/**
 * struct command - what the first argument may be
 * @name: it
 * @least: how many arguments follow at least
 * @most: how many at most
 * @json: it takes --json
 * @run: does it; takes the arguments, NULL behind the last, and returns the exit code
 */
struct command {
	const char *name;
	int least;
	int most;
	bool json;
	int (*run)(char **arguments, bool as_json);
};

static const struct command commands[] = {
	{ "list", 0, 0, true, command_list },	   { "show", 1, 1, true, command_show },
	{ "remove", 1, 1, false, command_remove }, { "reset", 1, 1, false, command_reset },
	{ "add", 1, 2, false, command_add },	   { "watch", 0, 0, true, command_watch },
};

static int usage_error(void)
{
	fputs("try \"chard --help\"\n", stderr);
	return EXIT_USAGE;
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

/* What was printed has to arrive. */
static int finish(int status)
{
	const char *why = output_flush();

	if (!why)
		return status;
	complain("cannot write the output: %s (free the place that it goes to)", why);
	return EXIT_FAILED;
}

static int dispatch(int count, char **arguments, bool as_json)
{
	const struct command *command;

	if (!count) {
		complain("a command is missing (one of list, show, remove, reset, add, watch)");
		return usage_error();
	}
	command = find_command(arguments[0]);
	if (!command) {
		complain("%s: no such command (one of list, show, remove, reset, add, watch)",
			 arguments[0]);
		return usage_error();
	}
	if (count - 1 < command->least || count - 1 > command->most) {
		complain("%s: %s", command->name,
			 count - 1 < command->least ? "an argument is missing"
						    : "there are too many arguments");
		return usage_error();
	}
	if (as_json && !command->json) {
		complain("%s: there is no output for --json (leave it out)", command->name);
		return usage_error();
	}
	return finish(command->run(arguments + 1, as_json));
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{},
	};
	bool as_json = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			as_json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return finish(0);
		case 'V':
			puts("chard " CHARD_VERSION);
			return finish(0);
		default:
			complain("%s: no such option (there are --json, --help and --version)",
				 argv[optind - 1]);
			return usage_error();
		}
	}
	return dispatch(argc - optind, argv + optind, as_json);
}
