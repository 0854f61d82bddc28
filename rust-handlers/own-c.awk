# SPDX-License-Identifier: GPL-2.0
# own-c.awk - of a preprocessed NAME_c.h, what chard::c_items! takes: a line for each function,
# with the symbol that stands for it until handler.sh links it in a comment behind it.
# Variables: driver, its name; header, its path.

BEGIN {
	short = header
	sub(/.*\//, "", short)
	kinds("u8", "__u8,u8,uint8_t,unsigned char")
	kinds("i8", "__s8,s8,int8_t,signed char")
	kinds("u16", "__u16,u16,uint16_t,unsigned short,short unsigned int,unsigned short int")
	kinds("i16", "__s16,s16,int16_t,short,short int")
	kinds("u32", "__u32,u32,uint32_t,unsigned int,unsigned")
	kinds("i32", "__s32,s32,int32_t,int,signed int")
	kinds("u64", "__u64,u64,uint64_t,unsigned long long,unsigned long long int")
	kinds("i64", "__s64,s64,int64_t,long long,long long int")
	kinds("usize", "size_t,unsigned long,unsigned long int")
	kinds("isize", "ssize_t,long,long int")
	kinds("bool", "bool,_Bool")
	# The numbers that a pointer may point to, as bytes.
	count = split("__u8,u8,uint8_t,unsigned char,char,void", list, ",")
	for (i = 1; i <= count; i++)
		byte[list[i]] = 1
	rust = " as async await box break const continue crate dyn else enum extern false fn for gen " \
		"if impl in let loop match mod move mut pub ref return self static struct super trait " \
		"true try type unsafe use where while abstract become do final macro override priv " \
		"typeof unsized virtual yield "
}

function kinds(kind, spellings,   list, count, i) {
	count = split(spellings, list, ",")
	for (i = 1; i <= count; i++)
		kind_of[list[i]] = kind
}

function refuse(why) {
	print "chard: " driver ": " short ": " why > "/dev/stderr"
	wrong = 1
}

# The text without __attribute__((...)) and what else says nothing of a type.
function plain(text,   at, depth, i, c) {
	while (match(text, /(__attribute__|__attribute|__asm__) *\(/)) {
		at = RSTART
		depth = 0
		for (i = RSTART + RLENGTH - 1; i <= length(text); i++) {
			c = substr(text, i, 1)
			depth += (c == "(") - (c == ")")
			if (depth == 0)
				break
		}
		text = substr(text, 1, at - 1) " " substr(text, i + 1)
	}
	gsub(/\*/, " * ", text)
	gsub(/(^|[ (])(extern|__extension__|volatile)( |$)/, " ", text)
	gsub(/[ \t]+/, " ", text)
	sub(/^ /, "", text)
	sub(/ $/, "", text)
	return text
}

# The type's spelling without const, where it is a number's.
function number(text) {
	gsub(/(^| )const( |$)/, " ", text)
	gsub(/ +/, " ", text)
	sub(/^ /, "", text)
	sub(/ $/, "", text)
	return text
}

# The context of what stands in chard_context(); empty where it will not do.
function context(function_name, text) {
	gsub(/[ ,]+/, " ", text)
	sub(/ $/, "", text)
	if (text == "ANY")
		return "any"
	if (text == "TASK")
		return "task"
	if (text == "NEEDS SLEEP")
		return "sleep"
	if (text == "NEEDS SLEEP WAIT")
		return "sleep_wait"
	refuse(function_name "() begins with another context than CHARD_ANY_CONTEXT, CHARD_TASK_CONTEXT, " \
		"CHARD_NEEDS(SLEEP) and CHARD_NEEDS(SLEEP, WAIT), which a driver's own function may have")
	return ""
}

# One declaration of a function behind its marker.
function declare(where, text,   head, name, params, returns, list, count, i, param, type, pointee, kind, given, symbol, ctx, line, writes, next_type, how) {
	if (!match(text, /[A-Za-z_][A-Za-z_0-9]* *\(/)) {
		refuse("\"" text "\" has a context and is no function: declare a function, which Rust calls by its symbol")
		return
	}
	head = substr(text, 1, RSTART - 1)
	name = substr(text, RSTART, RLENGTH)
	sub(/ *\($/, "", name)
	params = substr(text, RSTART + RLENGTH)
	sub(/\) *$/, "", params)
	if ((ctx = context(name, where)) == "")
		return
	if (index(rust, " " name " ")) {
		refuse(name "() is a word of Rust's: give the function another name")
		return
	}
	if (head ~ /(^| )(static|inline|__inline|__inline__)( |$)/) {
		refuse(name "() is static or inline, and has no symbol that Rust could call: define it in a C file")
		return
	}
	returns = number(head)
	if (returns ~ /\*/) {
		refuse(name "() returns a pointer, of which Rust knows neither how long it is valid nor how much is behind it: " \
			"return a number, or fill a buffer that it takes (__u8 *buffer, size_t len)")
		return
	}
	if (returns == "void")
		returns = "none"
	else if (returns == "int" || returns == "signed int")
		returns = "int"
	else if (returns == "long" || returns == "long int" || returns == "ssize_t")
		returns = "long"
	else if (returns in kind_of)
		returns = kind_of[returns]
	else {
		refuse(name "() returns " returns ", which is no integer of a known size: see the list in docs/own-c.md")
		return
	}
	given = symbol = ""
	if (params ~ /[(]/) {
		refuse(name "() takes the address of a function: C cannot call back into Rust")
		return
	}
	if (params ~ /\.\.\./) {
		refuse(name "() takes any number of arguments (...), whose types nobody checks: give it fixed ones")
		return
	}
	params = plain(params)
	count = params == "void" ? 0 : split(params, list, / *, */)
	if (params == "") {
		refuse(name "() does not say what it takes: write (void) where that is nothing")
		return
	}
	for (i = 1; i <= count; i++) {
		param = list[i]
		if (param ~ /\[/) {
			refuse(name "(): \"" param "\" is an array, which C takes as a pointer of unknown length: " \
				"take a pointer to bytes and, right behind it, size_t")
			return
		}
		if (!match(param, /[A-Za-z_][A-Za-z_0-9]*$/) || number(param) in kind_of || param ~ /\*$/) {
			refuse(name "(): give the parameter \"" param "\" a name")
			return
		}
		type = substr(param, 1, RSTART - 1)
		param = substr(param, RSTART)
		sub(/ $/, "", type)
		if (index(rust, " " param " "))
			param = param "_"
		if (number(type) == "struct chard_device *") {
			if (i > 1) {
				refuse(name "() takes the device behind another parameter: it comes first")
				return
			}
			ctx = "device_" ctx
			kind = "device"
		} else if (type ~ /\*/) {
			pointee = type
			sub(/ *\* *(const)?$/, "", pointee)
			writes = pointee !~ /const/
			pointee = number(pointee)
			next_type = list[i + 1]
			if (!(pointee in byte)) {
				refuse(name "() takes a pointer, \"" type " " param "\": safe Rust could not vouch for what is " \
					"behind it; take numbers, or bytes with their length (const __u8 *" param ", size_t " param "_len)")
				return
			}
			if (next_type !~ /^(const )?size_t [A-Za-z_]/) {
				refuse(name "() takes a pointer, \"" type " " param "\", without a length: the next parameter " \
					"must be a size_t, which is how many bytes may be used")
				return
			}
			kind = writes ? "bytes_mut" : "bytes"
			i++
		} else if (!((kind = number(type)) in kind_of)) {
			refuse(name "() takes \"" type " " param "\", which is no integer of a known size: see the list in docs/own-c.md")
			return
		} else {
			kind = kind_of[kind]
		}
		how = kind ~ /^bytes/ ? "start length" : "value"
		given = given (given == "" ? "" : ", ") param ": " kind "[" how "]"
		sub(/ /, "_", how)
		symbol = symbol "__" kind "_" how
	}
	if (name in seen) {
		refuse(name "() is declared twice")
		return
	}
	seen[name] = 1
	symbol = "chard_" driver "_c_" name "__" ctx "__" returns symbol
	printf "\tfn %s(%s) %s -> %s; // %s %s\n", name, given, ctx, returns, symbol, name
}

# All up to a semicolon or a body.
function statement(text,   where) {
	text = plain(text)
	if (match(text, /chard_context *\([^)]*\)/)) {
		where = substr(text, RSTART, RLENGTH)
		text = plain(substr(text, 1, RSTART - 1) " " substr(text, RSTART + RLENGTH))
		sub(/^chard_context *\(/, "", where)
		sub(/\)$/, "", where)
		if (text ~ /chard_context/) {
			refuse("\"" text "\" has two contexts: leave one")
			return
		}
		declare(where, text)
	} else if (text ~ /\) *$/ && text !~ /^(typedef|struct|union|enum|static|_Static_assert)( |$)/) {
		sub(/ *\(.*/, "", text)
		sub(/.* /, "", text)
		refuse(text "() says not in which context it may be called: begin its declaration with " \
			"CHARD_ANY_CONTEXT, CHARD_TASK_CONTEXT, CHARD_NEEDS(SLEEP) or CHARD_NEEDS(SLEEP, WAIT) " \
			"(docs/own-c.md), or declare it in another header if only C calls it")
	}
}

/^# [0-9]+ "/ {
	split($0, marker, "\"")
	inside = marker[2] == header
	next
}
!inside { next }
/^#/ { next }
{ text = text " " $0 }

END {
	print "chard::c_items! {"
	depth = braces = 0
	part = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "{") {
			# A function's body: what leads to it is no declaration, unless it is marked.
			if (depth++ == 0 && part ~ /chard_context/)
				statement(part)
			if (depth == 1)
				body = part ~ /\) *$/
		} else if (c == "}") {
			if (--depth == 0 && body)
				part = ""
		} else if (depth == 0 && c == ";") {
			statement(part)
			part = ""
		} else if (depth == 0) {
			part = part c
		}
	}
	print "}"
	exit wrong
}
