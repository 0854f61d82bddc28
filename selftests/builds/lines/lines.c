// SPDX-License-Identifier: GPL-2.0
/* A GPIO chip whose lines are what lines.rs makes of them: each callback is an event. */
#include <linux/gpio/driver.h>
#include <linux/platform_device.h>

#include "chard_bound.h"
#include "chard_lines.h"
#include "lines_c.h"

static int lines_ask(struct gpio_chip *chip, u32 event, unsigned int line, int level)
{
	struct lines_message message = { .line = line, .level = !!level };

	return chard_device_event(gpiochip_get_data(chip), event, &message, sizeof(message));
}

static int lines_input(struct gpio_chip *chip, unsigned int line)
{
	return lines_ask(chip, LINES_INPUT, line, 0);
}

static int lines_output(struct gpio_chip *chip, unsigned int line, int level)
{
	return lines_ask(chip, LINES_OUTPUT, line, level);
}

static int lines_get(struct gpio_chip *chip, unsigned int line)
{
	return lines_ask(chip, LINES_GET, line, 0);
}

/* What set() returns differs: nothing, and since 6.17 an error. */
#define lines_set_t typeof(((struct gpio_chip *)0)->set(NULL, 0, 0))

static lines_set_t lines_set(struct gpio_chip *chip, unsigned int line, int level)
{
	return (lines_set_t)lines_ask(chip, LINES_SET, line, level);
}

int lines_requested(struct chard_device *device)
{
	struct gpio_chip *chip = chard_device_data(device);
	const char *label;
	int line, lines = 0;

	/* The handler's new() is called before the chip is added. */
	if (!chip->gpiodev)
		return -ENODEV;
	for_each_requested_gpio(chip, line, label) lines |= BIT(line);
	return lines;
}

static const struct gpio_chip lines_chip = {
	.label = "chard-lines",
	.base = -1,
	.ngpio = CHARD_LINES,
	.direction_input = lines_input,
	.direction_output = lines_output,
	.get = lines_get,
	.set = lines_set,
};

static int lines_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct gpio_chip *chip = devm_kmemdup(dev, &lines_chip, sizeof(*chip), GFP_KERNEL);
	struct chard_device *device;

	if (!chip)
		return -ENOMEM;
	chip->parent = dev;
	device = devm_chard_device_alloc(&chard_this_driver, dev, chip);
	/* In reverse: the handler has its last call, then the chip goes, then the state. */
	return PTR_ERR_OR_ZERO(device)
		       ?: devm_gpiochip_add_data(dev, chip, device)
		       ?: devm_chard_device_register(device);
}

static struct platform_driver lines_driver = { .driver.name = "chard-lines", .probe = lines_probe };
static struct platform_device *lines_piece;

static int __init lines_begin(void)
{
	int ret;

	lines_piece = platform_device_register_simple("chard-lines", 0, NULL, 0);
	if (IS_ERR(lines_piece))
		return PTR_ERR(lines_piece);
	ret = platform_driver_register(&lines_driver);
	if (ret)
		platform_device_unregister(lines_piece);
	return ret;
}

static void __exit lines_end(void)
{
	platform_driver_unregister(&lines_driver);
	platform_device_unregister(lines_piece);
}

CHARD_BOUND_DRIVER(lines, 0600, 1, lines_begin, lines_end);

MODULE_DESCRIPTION("chard lines: a GPIO chip in Rust");
MODULE_LICENSE("GPL");
