# Run a command as in a container, without a daemon: in namespaces of its own that unshare makes.
#
#   container.sh USER DATA [FOLDER PATH]... -- COMMAND...
#
# The root and all of this system that it shows are read-only. DATA is at /data and can be written,
# each FOLDER is at its PATH, and /tmp is empty.
set -eu
user=$1 data=$2
shift 2
root=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$root"
for one in /bin /dev /etc /lib /lib64 /sbin /sys /usr; do
  if [ -L "$one" ]; then cp -a "$one" "$root$one"
  elif [ -d "$one" ]; then mkdir "$root$one" && mount --rbind "$one" "$root$one"
  fi
done
while [ "$1" != -- ]; do
  mkdir -p "$root/$2"
  mount --bind "$1" "$root/$2"
  shift 2
done
shift
findmnt --raw --noheadings --output TARGET | grep "^$root/" | while read -r one; do
  mount -o remount,bind,ro "$one"
done
mkdir "$root/proc" "$root/tmp" "$root/data"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$data" "$root/data"
mount -o remount,ro "$root"
cd "$root"
pivot_root . .
umount -l .
cd /data
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all "$@"
