# SPDX-License-Identifier: GPL-2.0
#
# races.awk - a kernel's log as it is, but that KCSAN's reports of data races in the
# kernel itself have another title: "data race of the kernel's own". For who judges
# logs, in the guest and on the host: this is the one place where the rule stands.
#
# A report is the kernel's own where no frame of either party is a module's: these
# kernels have no modules but ours, so that none of our code was on the way there. What
# an interrupt or an exception has come to in between was not on the way either.
# The kernel has a good many such races, which its own people know of. Where code of
# ours has called what races, it is judged, as it may be the caller who has no lock;
# but for the pairs below, of functions that race for what only the kernel has.

BEGIN {
	# A poll's own flag, which it looks at once more with a barrier (fs/select.c).
	known["poll_schedule_timeout / pollwake"]
	# A waiter for a mutex or an rwsem that spins meanwhile: a queue without a lock.
	known["osq_lock / osq_unlock"]
	# A file of sysfs is opened while it goes: flags beside each other in one word.
	known["__kernfs_remove / kernfs_fop_open"]
	# Of two devices of a parent that go at once, whether they leave an empty folder: each
	# looks when it has gone itself, so the last one sees that (drivers/base/core.c).
	known["__kernfs_remove / cleanup_glue_dir"]
	known["cleanup_glue_dir / kernfs_unlink_sibling"]
	# A record of the log is read while it is taken for the next one: who reads looks
	# again whether it is the same (kernel/printk/printk_ringbuffer.c).
	known["desc_read / prb_reserve"]
	# put_page(), which is inline, looks at which zone a page is of; beside that in the
	# page's flags others mark that it is in use, or dirty.
	known["chard_pages?_[a-z]+ / (folio_mark|noop_dirty)_[a-z]+"]
}

# Whether the pair of functions, without modules and what the compiler adds to names,
# is one of those.
function is_known(text, pair) {
	sub(/.*data-race in /, "", text)
	gsub(/\.[a-z]+(\.[0-9]+)?| \[[^]]*\]|\r/, "", text)
	for (pair in known) {
		if (text ~ "^" pair "$")
			return 1
	}
	return 0
}

function end(own) {
	if (own)
		sub(/BUG: KCSAN: data-race/, "data race of the kernel's own", title)
	if (title)
		print title rest
	title = rest = ""
}

/BUG: KCSAN: data-race/ {
	end(0)
	title = $0
	ours = between = 0
	excused = is_known($0)
	next
}

!title {
	print
	next
}

{
	rest = rest "\n" $0
	if (/bytes by (task|interrupt)/)
		between = 0
	if (/ asm_(sysvec|exc|common)_[a-z_]*\+/)
		between = 1
	if (!between && /\+0x[0-9a-f]+\/0x[0-9a-f]+ \[/)
		ours = 1
}

/Reported by Kernel Concurrency Sanitizer/ {
	end(!ours || excused)
}

# One that is cut off is judged.
END {
	end(0)
}
