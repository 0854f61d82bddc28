#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# packages.sh RELEASE - Debian packages on a fresh minimal system of a Debian release
# (bookworm, trixie): those of chard and of a driver are made there, installed, upgraded and
# removed, with one kernel and with two; what was installed works in a guest. Prints TAP.
# Needs root, for chroot.

set -euo pipefail

cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh
release=${1:?say which release: bookworm or trixie}
log=${BUILD:-$PWD/build}/packages-$release.log
payload=$(mktemp -d)
trap 'rm -rf "$payload" "$output"' EXIT
: >"$log"
apt="apt-get -qq -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=0 -y"

# Runs a shell's command in the root; what it prints is in the log, and comes out.
there()
{
	selftests/setup/root.sh --in "$root" sh -euc "
		export DEBIAN_FRONTEND=noninteractive DEBFULLNAME='A. Driver' DEBEMAIL=driver@example.org
		$1" 2>&1 | tee -a "$log"
}

# Has the release's kernel of the flavour $1 (-rt or nothing) installed, with its headers.
install_kernel()
{
	there "$apt install linux-image$1-amd64 linux-headers$1-amd64"
}

# The kernel of the flavour $1 that is installed there.
kernel_there()
{
	local of=$1

	(cd "$root/lib/modules" && find . -maxdepth 1 -name "*$of-amd64" -printf '%f\n') |
		if [ -n "$of" ]; then cat; else grep -v -e -rt-; fi
}

# The state of the module $1 for the kernel $2 in dkms.
dkms_has()
{
	there "dkms status -m $1 -k $2" | grep ': installed'
}

chard_is_made()
{
	there "make deb && mkdir -p /debs && cp build/deb/*.deb /debs && rm -f build/deb/*.deb && ls /debs" | grep chard-dkms
}

chard_is_installed()
{
	install_kernel "" >/dev/null &&
		there "$apt install /debs/chard*.deb && chard list" >/dev/null &&
		kernel=$(kernel_there "") && dkms_has chard "$kernel"
}

# As an author has it, by the package alone.
driver_is_made()
{
	there "rm -rf /srv/sample
		/usr/share/chard/rust-handlers/new/new.sh /srv/sample
		cd /srv/sample
		echo 'KERNEL==\"chard-sample\", MODE=\"0644\"' >udev.rules
		echo chard_sample >modules-load.conf
		make deb
		cp build/deb/sample-dkms_*.deb /debs" >/dev/null && [ -f "$root"/debs/sample-dkms_0.1.0_all.deb ]
}

driver_is_installed()
{
	there "$apt install /debs/sample-dkms_*.deb" >/dev/null && dkms_has sample "$kernel" &&
		[ -f "$root/usr/lib/udev/rules.d/60-chard-sample.rules" ] &&
		[ -f "$root/usr/lib/modules-load.d/chard-sample.conf" ] && [ -f "$root/usr/include/chard_sample.h" ] &&
		there "modprobe --show-depends -S $kernel chard_sample" | grep -A 1 'updates/dkms/chard.ko' |
		grep 'updates/dkms/chard_sample.ko'
}

# What lintian has to say of all of them.
lints()
{
	local said

	there "$apt install lintian" >/dev/null
	said=$(there "lintian --allow-root /debs/*.deb") || :
	! grep '^[EW]:' <<<"$said"
}

# The modules of the kernel $1 that are installed, in a guest of that kernel.
works_in_guest()
{
	local of=$1 folder file

	folder=$payload/kernel
	rm -rf "${payload:?}"/*
	mkdir -p "$folder" "$payload/files"
	echo "$of" >"$folder/release"
	ln -s "$root/boot/vmlinuz-$of" "$folder/vmlinuz"
	ln -s "$root/lib" "$folder/lib"
	for file in "$root/lib/modules/$of/updates"/*/chard*.ko*; do
		case $file in
		*.xz) xz -dc "$file" >"$payload/files/$(basename "$file" .xz)" ;;
		*) cp "$file" "$payload/files" ;;
		esac
	done
	cp selftests/vm/{load,unload,guest-check.sh} "$payload/files"
	selftests/vm/vm.sh --kernel "$folder" --payload "$payload/files" --timeout 120 -- \
		sh -c 'sh guest-check.sh ./load && cat /dev/chard-sample && sh guest-check.sh ./unload' |
		tee -a "$log" | grep "hello from sample"
}

# A second kernel comes: dkms builds for it, in the order that the modules need.
second_kernel()
{
	install_kernel -rt >/dev/null && second=$(kernel_there -rt) &&
		dkms_has chard "$second" && dkms_has sample "$second"
}

contract_of()
{
	there "modinfo -k $2 -F chard_contract $1"
}

# chard's next version has another contract: the driver's module is built anew with it.
upgrades()
{
	local before

	before=$(contract_of chard_sample "$kernel")
	there "cd /chard && echo '/* Of the next version. */' >>bindings/chard_handler.h &&
		git -c user.name=x -c user.email=x@example.org commit -qam next &&
		make deb && $apt install ./build/deb/chard*.deb" >/dev/null &&
		[ "$(contract_of chard "$kernel")" != "$before" ] &&
		[ "$(contract_of chard_sample "$kernel")" = "$(contract_of chard "$kernel")" ] &&
		dkms_has sample "$kernel"
}

# Without a compiler the build fails, says what to do, and leaves apt and the initramfs as they are.
without_rustc()
{
	there "dpkg --force-depends --remove rustc-web rustc" >/dev/null || :
	there "dkms remove -m sample -v 0.1.0 -k $kernel; ! dkms install -m sample -v 0.1.0 -k $kernel" >/dev/null &&
		grep -q "apt-get install --reinstall chard-dev" "$root/var/lib/dkms/sample/0.1.0/build/make.log" &&
		there "update-initramfs -u -k $kernel && test -s /boot/initrd.img-$kernel" >/dev/null &&
		there "$apt --fix-broken install && dkms autoinstall -k $kernel" >/dev/null && dkms_has sample "$kernel"
}

removed()
{
	there "$apt purge sample-dkms" >/dev/null && ! dkms_has sample "$kernel" && dkms_has chard "$kernel" &&
		there "$apt purge chard-dkms chard-dev chard-doc chard" >/dev/null &&
		[ -z "$(find "$root/lib/modules" -name 'chard*' -print -quit)" ] && [ ! -e "$root/usr/share/chard" ]
}

# The module alone, without the examples.
prebuilt()
{
	there "rm -rf /srv/one && git clone -q /chard /srv/one && cd /srv/one &&
		make kmod-deb CHARD_DRIVERS= KDIR=/lib/modules/$kernel/build" >/dev/null &&
		[ "$(dpkg-deb -c "$root"/srv/one/build/deb/chard-modules-*.deb | grep -c '\.ko')" = 1 ]
}

# Again, in a folder of another name.
prebuilt_again()
{
	there "rm -rf /srv/another && git clone -q /chard /srv/another && cd /srv/another &&
		make kmod-deb CHARD_DRIVERS= KDIR=/lib/modules/$kernel/build" >/dev/null &&
		cmp "$root"/srv/{one,another}/build/deb/chard-modules-*.deb
}

prebuilt_driver()
{
	there "cd /srv/sample && make kmod-deb CHARD=/srv/one KDIR=/lib/modules/$kernel/build &&
		$apt install /srv/one/build/deb/chard-modules-*.deb ./build/deb/sample-modules-*.deb" >/dev/null &&
		there "modprobe --show-depends -S $kernel chard_sample" | grep updates/chard/chard_sample.ko
}

root=$(selftests/setup/root.sh --fresh "$release" "$PWD")
kernel='' second=''
attempt "the packages to begin with" there \
	"apt-get -qq update && $apt install git make kmod initramfs-tools"
attempt "make deb makes chard's packages" chard_is_made
attempt "chard-dkms is built for the kernel that is there" chard_is_installed
attempt "make deb makes a driver's package, by chard-dev alone" driver_is_made
attempt "NAME-dkms is built, and stands on chard" driver_is_installed
attempt "lintian has nothing to say" lints
attempt "the modules work in a guest" works_in_guest "$kernel"
attempt "a second kernel gets its modules when it is installed" second_kernel
attempt "they work in a guest of that kernel" works_in_guest "$second"
attempt "a new chard has the driver's module built anew" upgrades
attempt "that works in a guest" works_in_guest "$kernel"
attempt "a build without rustc fails, and says what to do" without_rustc
attempt "removal leaves nothing" removed
attempt "make kmod-deb makes a package of the module alone" prebuilt
attempt "it is the same byte by byte, built elsewhere" prebuilt_again
attempt "that of a driver stands on it" prebuilt_driver
attempt "they work in a guest" works_in_guest "$kernel"
plan
[ "$failed" = 0 ]
