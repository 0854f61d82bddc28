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
	"       chard trace [--json] [DEVICE|DRIVER]\n"
	"                                     a line for each call as it begins and ends\n"
	"       chard top [--json] [--histogram] [--interval SECONDS] [--count NUMBER]\n"
	"                 [DEVICE|DRIVER]     how often operations are called, and how long they take\n"
	"       chard --help | --version\n"
	"DEVICE is a name as in \"chard list\", or the path of a node. NUMBER is that of the\n"
	"device among its driver's, from 0 on; without it the first that is free.\n"
	"Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no such device or driver.\n";

/* The commands' names, where none is given. */
#define COMMANDS "list, show, remove, reset, add, watch, trace, top"

/**
 * struct command - what the first argument may be
 * @name: it
 * @least: how many arguments follow at least
 * @most: how many at most
 * @json: it takes --json
 * @top: it takes --histogram, --interval and --count
 * @run: does it; takes the arguments, NULL behind the last, and returns the exit code
 */
struct command {
	const char *name;
	int least;
	int most;
	bool json;
	bool top;
	int (*run)(char **arguments, const struct options *options);
};

static const struct command commands[] = {
	{ "list", 0, 0, true, false, command_list },
	{ "show", 1, 1, true, false, command_show },
	{ "remove", 1, 1, false, false, command_remove },
	{ "reset", 1, 1, false, false, command_reset },
	{ "add", 1, 2, false, false, command_add },
	{ "watch", 0, 0, true, false, command_watch },
	{ "trace", 0, 1, true, false, command_trace },
	{ "top", 0, 1, true, true, command_top },
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

static int dispatch(int count, char **arguments, const struct options *options)
{
	const struct command *command;

	if (!count) {
		complain("a command is missing (one of " COMMANDS ")");
		return usage_error();
	}
	command = find_command(arguments[0]);
	if (!command) {
		complain("%s: no such command (one of " COMMANDS ")", arguments[0]);
		return usage_error();
	}
	if (count - 1 < command->least || count - 1 > command->most) {
		complain("%s: %s", command->name,
			 count - 1 < command->least ? "an argument is missing"
						    : "there are too many arguments");
		return usage_error();
	}
	if (options->json && !command->json) {
		complain("%s: there is no output for --json (leave it out)", command->name);
		return usage_error();
	}
	if ((options->histogram || options->interval_ms || options->count) && !command->top) {
		complain("%s: --histogram, --interval and --count are of top (leave them out)",
			 command->name);
		return usage_error();
	}
	return finish(command->run(arguments + 1, options));
}

/* A number above 0, with a part behind the point where @scale is not 1; 0 if it is none. */
static long parse_number(const char *text, long scale, double most)
{
	char *end;
	double number = strtod(text, &end) * scale;

	if (end == text || *end || !(number >= 1 && number <= most * scale) ||
	    (scale == 1 && number != (long)number))
		return 0;
	return number;
}

/* Whether the option's argument is a number; says what it should be. */
static bool parse_option(struct options *options, int option, const char *argument)
{
	if (option == 'i') {
		/* An hour. */
		options->interval_ms = parse_number(argument, 1000, 3600);
		if (!options->interval_ms)
			complain("--interval %s: not a time in seconds (from 0.001 to 3600)",
				 argument);
		return options->interval_ms;
	}
	options->count = parse_number(argument, 1, 1e9);
	if (!options->count)
		complain("--count %s: not a number (from 1 to 1000000000)", argument);
	return options->count;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "histogram", no_argument, NULL, 'H' },
		{ "interval", required_argument, NULL, 'i' },
		{ "count", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{},
	};
	struct options options = {};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		switch (option) {
		case 'j':
			options.json = true;
			break;
		case 'H':
			options.histogram = true;
			break;
		case 'i':
		case 'c':
			if (!parse_option(&options, option, optarg))
				return usage_error();
			break;
		case 'h':
			fputs(usage, stdout);
			return finish(0);
		case 'V':
			puts("chard " CHARD_VERSION);
			return finish(0);
		case ':':
			complain("%s: a number is missing", argv[optind - 1]);
			return usage_error();
		default:
			complain("%s: no such option (there are --json, --histogram, --interval, "
				 "--count, --help and --version)",
				 argv[optind - 1]);
			return usage_error();
		}
	}
	return dispatch(argc - optind, argv + optind, &options);
}
