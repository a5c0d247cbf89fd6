#!/bin/bash
# Builds the test guest, a small bootable qcow2 image, from Debian's packages: build.sh FOLDER
#
# Writes FOLDER/guest.qcow2 and FOLDER/key (for ssh as tc). Needs apt-get with package lists, dpkg-deb, qemu-img,
# openssl and ssh-keygen; neither root nor a mounted file system, and installs nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?folder}/packages" "$1/unpacked"
cd "$1"

# The generic kernel, because the one for clouds has no driver for QEMU's older network cards.
kernel=$(apt-cache depends linux-image-amd64 | awk '/Depends:/ { print $2; exit }')
(
    cd packages
    apt-get download -q "$kernel" busybox-static dropbear-bin libtomcrypt1 libtommath1 libcrypt1 zlib1g libc6 libgmp10 \
        syslinux syslinux-common mtools
)
for package in packages/*.deb; do dpkg-deb -x "$package" unpacked; done
release=$(ls unpacked/lib/modules)

# The root file system, which stays in memory.
mkdir -p root/{bin,sbin,dev,proc,sys,tmp,run,lib64,lib/modules,etc/acpi/PWRF,etc/dropbear,root,home/tc/.ssh,var/log}
cp unpacked/bin/busybox root/bin/
ln -sf busybox root/bin/sh
cp unpacked/usr/sbin/dropbear root/bin/
for library in libtomcrypt.so.1 libtommath.so.1 libgmp.so.10 libcrypt.so.1 libz.so.1 libc.so.6 libresolv.so.2; do
    cp -L "$(find unpacked -name "$library" -print -quit)" root/lib/
done
cp -L "$(find unpacked -name ld-linux-x86-64.so.2 -print -quit)" root/lib64/
for module in \
    virtio/virtio_ring virtio/virtio virtio/virtio_pci_modern_dev virtio/virtio_pci_legacy_dev virtio/virtio_pci \
    ../net/core/failover net/net_failover net/virtio_net net/ethernet/intel/e1000/e1000 net/mii \
    net/ethernet/realtek/8139cp acpi/button input/evdev firmware/qemu_fw_cfg; do
    cp "unpacked/lib/modules/$release/kernel/drivers/$module.ko" root/lib/modules/
    basename "$module"
done > root/lib/modules/order

# Who may log in: tc, by key, or by the password "tc".
printf 'root:x:0:0::/root:/bin/sh\ntc:x:1001:50::/home/tc:/bin/sh\n' > root/etc/passwd
printf 'root:x:0:\nstaff:x:50:\n' > root/etc/group
printf 'root:*:0:0:99999:7:::\ntc:%s:0:0:99999:7:::\n' "$(openssl passwd -6 tc)" > root/etc/shadow
echo /bin/sh > root/etc/shells
[ -f key ] || ssh-keygen -q -t ed25519 -N '' -C guest -f key
cp key.pub root/home/tc/.ssh/authorized_keys
chmod 700 root/home/tc root/home/tc/.ssh
chmod 600 root/home/tc/.ssh/authorized_keys

# The power button, which QEMU presses.
printf '#!/bin/sh\npoweroff -f\n' > root/etc/acpi/PWRF/00000080
cp "$here/init" root/init
cp "$here/lease" root/etc/lease
chmod 755 root/init root/etc/lease root/etc/acpi/PWRF/00000080
(cd root && find . | LC_ALL=C sort | ../unpacked/bin/busybox cpio -o -H newc -R 0:0 2> /dev/null | gzip -9n) > initrd.gz
cp "unpacked/boot/vmlinuz-$release" vmlinuz
printf '%s\n' 'DEFAULT guest' 'PROMPT 0' 'LABEL guest' ' KERNEL vmlinuz' ' INITRD initrd.gz' \
    ' APPEND console=ttyS0 console=tty0 quiet mitigations=off panic=5' > syslinux.cfg

# A disk with one active FAT16 partition from sector 2048 on; its table is written by hand.
rm -f disk.raw
truncate -s 24M disk.raw
start=2048
printf '\x80\xfe\xff\xff\x06\xfe\xff\xff\x00\x08\x00\x00\x00\xb8\x00\x00' |
    dd of=disk.raw bs=1 seek=446 conv=notrunc status=none
printf '\x55\xaa' | dd of=disk.raw bs=1 seek=510 conv=notrunc status=none
export PATH=$PWD/unpacked/usr/bin:$PATH
mformat -i disk.raw@@$((start * 512)) -T 47104 -h 255 -s 63 -H $start ::
mcopy -i disk.raw@@$((start * 512)) vmlinuz initrd.gz syslinux.cfg ::
syslinux --offset $((start * 512)) --install disk.raw
dd if=unpacked/usr/lib/syslinux/mbr/mbr.bin of=disk.raw bs=440 count=1 conv=notrunc status=none

# Not compressed: that would make the boot three times as long.
qemu-img convert -O qcow2 disk.raw making.qcow2
rm -rf packages unpacked root disk.raw initrd.gz vmlinuz syslinux.cfg
mv making.qcow2 guest.qcow2
