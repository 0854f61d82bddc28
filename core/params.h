/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters that a driver's C declares, one line each, and its handler
 * reads by chard::params!. What does not fit is refused, with a line in the log
 * that says what does.
 */
#ifndef CHARD_PARAMS_H
#define CHARD_PARAMS_H

#include <linux/limits.h>
#include <linux/moduleparam.h>
#include <linux/types.h>

/**
 * enum chard_param_kind - what a parameter's values are
 * @CHARD_PARAM_BOOLEAN: a bool
 * @CHARD_PARAM_SIGNED: signed numbers
 * @CHARD_PARAM_UNSIGNED: unsigned numbers
 * @CHARD_PARAM_CHARS: a string
 */
enum chard_param_kind {
	CHARD_PARAM_BOOLEAN,
	CHARD_PARAM_SIGNED,
	CHARD_PARAM_UNSIGNED,
	CHARD_PARAM_CHARS,
};

/**
 * struct chard_param - a parameter
 * @kind: what its values are
 * @size: bytes of one value, 1, 4 or 8
 * @room: for how many values there is room; of a string for its NUL as well
 * @count: how many there are; of a string without its NUL
 * @min: the least that is taken, of numbers
 * @max: the most
 * @values: where they are
 */
struct chard_param {
	enum chard_param_kind kind;
	unsigned int size;
	unsigned int room;
	unsigned int count;
	s64 min;
	u64 max;
	void *values;
};

extern const struct kernel_param_ops chard_param_ops;
extern const struct kernel_param_ops chard_param_flag_ops;

/**
 * CHARD_PARAM() - a number that may be given when the module is loaded
 * @_driver: the handler's name
 * @_type: int or uint, of 32 bits; long or ulong, of 64
 * @_name: the parameter's name
 * @_default: its value where none is given
 * @_min: the least that is taken
 * @_max: the most
 * @_mode: the permissions of its file in /sys/module, as 0644; 0 for no file
 * @_text: what it is, for modinfo, which names the range as well
 *
 * CHARD_VALUE(driver, type, name) is its value in the driver's C.
 */
#define CHARD_PARAM(_driver, _type, _name, _default, _min, _max, _mode, _text)                    \
	CHARD_PARAM_DECLARE(CHARD_TYPE_##_type, CHARD_VALUE(_driver, _type, _name));              \
	CHARD_TYPE_##_type CHARD_VALUE(_driver, _type, _name) = (_default);                       \
	CHARD_PARAM_OF(CHARD_KIND_##_type, _name, CHARD_VALUE(_driver, _type, _name), 1, 1, _min, \
		       _max);                                                                     \
	CHARD_PARAM_BY(chard_param_ops, _name, #_type, _mode,                                     \
		       _text " (" __stringify(_min) " to " __stringify(_max) ")")

/* CHARD_PARAM_BOOL() - yes or no; its name alone says yes */
#define CHARD_PARAM_BOOL(_driver, _name, _default, _mode, _text)                                   \
	CHARD_PARAM_DECLARE(bool, CHARD_VALUE(_driver, bool, _name));                              \
	bool CHARD_VALUE(_driver, bool, _name) = (_default);                                       \
	CHARD_PARAM_OF(CHARD_PARAM_BOOLEAN, _name, CHARD_VALUE(_driver, bool, _name), 1, 1, 0, 1); \
	CHARD_PARAM_BY(chard_param_flag_ops, _name, "bool", _mode, _text)

/* CHARD_PARAM_STRING() - up to @_room bytes, the NUL behind them included */
#define CHARD_PARAM_STRING(_driver, _name, _default, _room, _mode, _text)                        \
	CHARD_PARAM_DECLARE(struct chard_param, CHARD_VALUE(_driver, string, _name));            \
	static char _name##_chars[_room] = _default;                                             \
	CHARD_PARAM_IN(CHARD_VALUE(_driver, string, _name), CHARD_PARAM_CHARS, _name##_chars[0], \
		       _room, sizeof(_default) - 1, 0, 0);                                       \
	CHARD_PARAM_AT(chard_param_ops, CHARD_VALUE(_driver, string, _name), _name, "string",    \
		       _mode, _text)

/* CHARD_PARAM_ARRAY() - up to @_room numbers of type uint, by commas; none to begin with */
#define CHARD_PARAM_ARRAY(_driver, _name, _room, _min, _max, _mode, _text)           \
	CHARD_PARAM_DECLARE(struct chard_param, CHARD_VALUE(_driver, array, _name)); \
	static u32 _name##_values[_room];                                            \
	CHARD_PARAM_IN(CHARD_VALUE(_driver, array, _name), CHARD_PARAM_UNSIGNED,     \
		       _name##_values[0], _room, 0, _min, _max);                     \
	CHARD_PARAM_AT(chard_param_ops, CHARD_VALUE(_driver, array, _name), _name,   \
		       "array of uint", _mode,                                       \
		       _text " (up to " __stringify(_room) ", " __stringify(         \
			       _min) " to " __stringify(_max) ")")

/* What the handler looks at has a declaration, as sparse wants it. */
#define CHARD_PARAM_DECLARE(_type, _value) extern _type _value

/* By its type as well: a handler that thinks of another does not link. */
#define CHARD_VALUE(_driver, _type, _name) chard_##_driver##_param_##_type##_##_name

#define CHARD_TYPE_int s32
#define CHARD_TYPE_uint u32
#define CHARD_TYPE_long s64
#define CHARD_TYPE_ulong u64
#define CHARD_KIND_int CHARD_PARAM_SIGNED
#define CHARD_KIND_uint CHARD_PARAM_UNSIGNED
#define CHARD_KIND_long CHARD_PARAM_SIGNED
#define CHARD_KIND_ulong CHARD_PARAM_UNSIGNED

#define CHARD_PARAM_IN(_param, _kind, _first, _room, _count, _min, _max) \
	struct chard_param _param = {                                    \
		.kind = (_kind),                                         \
		.size = sizeof(_first),                                  \
		.room = (_room),                                         \
		.count = (_count),                                       \
		.min = (_min),                                           \
		.max = (_max),                                           \
		.values = &(_first),                                     \
	}
#define CHARD_PARAM_OF(_kind, _name, ...) static CHARD_PARAM_IN(_name##_param, _kind, ##__VA_ARGS__)
#define CHARD_PARAM_AT(_ops, _param, _name, _type, _mode, _text) \
	module_param_cb(_name, &(_ops), &(_param), _mode);       \
	__MODULE_PARM_TYPE(_name, _type);                        \
	MODULE_PARM_DESC(_name, _text)
#define CHARD_PARAM_BY(_ops, _name, ...) CHARD_PARAM_AT(_ops, _name##_param, _name, ##__VA_ARGS__)

#endif
