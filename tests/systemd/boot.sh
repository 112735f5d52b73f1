#!/bin/sh
# The first process of night.sh's namespaces: makes a root in memory, and becomes systemd on it.
#   boot.sh FOLDER-OF-THE-SOCKET FOLDER
set -eu
socket=$1
seen=$2
root=$seen/root
mount --make-rprivate /
mkdir -p "$root"
mount -t tmpfs -o mode=755 tmpfs "$root"
cd "$root"
mkdir -p usr etc/systemd/system etc/ydelse proc sys dev run tmp var/lib/systemd/timers var/log/journal srv/ydelse root seen old
mount --rbind -o ro /usr usr
mount -t tmpfs -o mode=755 tmpfs usr/local
for link in bin sbin lib lib32 lib64 libx32; do [ ! -L "/$link" ] || ln -s "usr/$link" "$link"; done
cp -rL /etc/ld.so.cache /etc/nsswitch.conf /etc/localtime etc/ 2>/dev/null || true
cp -r /etc/alternatives etc/
printf 'root:x:0:0::/root:/bin/sh\nydelse:x:990:990::/var/lib/ydelse:/usr/sbin/nologin\n' >etc/passwd
printf 'root:x:0:\nsystemd-journal:x:989:\nydelse:x:990:\n' >etc/group
echo 0123456789abcdef0123456789abcdef >etc/machine-id

mount -t proc proc proc
mount -t sysfs -o ro sysfs sys || mount --bind /sys sys
mount -t tmpfs tmpfs sys/fs/cgroup 2>/dev/null && umount sys/fs/cgroup
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s pts/ptmx dev/ptmx
mkdir dev/shm
mount --bind "$seen" seen

mkdir -p run/postgresql usr/local/bin
mount --bind "$socket" run/postgresql
cp seen/in/ydelse usr/local/bin/
cp seen/in/ydelse.service seen/in/ydelse.timer etc/systemd/system/
cp seen/in/ydelse.ini etc/ydelse/
cp -r seen/in/delivery srv/ydelse/ind
chmod -R a+rX srv usr/local etc/ydelse
# shellcheck disable=SC2016 # its own variables
printf '#!/bin/sh\nprintenv YDELSE_COMMAND YDELSE_EXIT_CODE >/var/lib/ydelse/hook\n' >usr/local/bin/ved-fejl
chmod 755 usr/local/bin/ved-fejl
cat >etc/systemd/system/night.target <<'UNIT'
[Unit]
Wants=systemd-journald.service inside.service
UNIT
cat >etc/systemd/system/inside.service <<'UNIT'
[Unit]
DefaultDependencies=no
After=systemd-journald.service
[Service]
Type=oneshot
ExecStart=/bin/sh /seen/in/inside.sh
StandardOutput=file:/seen/report
StandardError=file:/seen/trouble
UNIT
pivot_root . old
umount -l /old
export container=ydelse
exec /lib/systemd/systemd --system --unit=night.target --show-status=false
