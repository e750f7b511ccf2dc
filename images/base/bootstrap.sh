#!/bin/sh
# Writes a small Debian trixie root file system to the folder $1, for machines that reach Debian's packages but no
# image registry. It is made like the official debian:trixie-slim, so that every Dockerfile builds on either of them.
set -eu
target=$1

debootstrap --variant=minbase trixie "$target" >&2

# debootstrap writes the release's own archive only; fixes come from the two others, on the same mirror.
sources=$target/etc/apt/sources.list
{
  sed -n 's|^\(deb [^ ]*\) trixie main$|\1 trixie-updates main|p' "$sources"
  sed -n 's|^\(deb [^ ]*\)/debian/* trixie main$|\1/debian-security trixie-security main|p' "$sources"
} > "$sources.fixes"
cat "$sources.fixes" >> "$sources"
rm "$sources.fixes"

# Services never start while an image is built.
printf '#!/bin/sh\nexit 101\n' > "$target/usr/sbin/policy-rc.d"
chmod 0755 "$target/usr/sbin/policy-rc.d"

# Nobody reads manuals or translations in a container; licences stay.
cat > "$target/etc/dpkg/dpkg.cfg.d/docker" <<'EOF'
force-unsafe-io
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
EOF
cat > "$target/etc/apt/apt.conf.d/docker" <<'EOF'
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
EOF
find "$target/usr/share/doc" -type f ! -name copyright -delete
find "$target/usr/share/info" "$target/usr/share/locale" "$target/usr/share/man" -type f -delete
rm -rf "$target"/var/cache/apt/archives/*.deb "$target"/var/cache/apt/*.bin "$target"/var/lib/apt/lists/* "$target"/var/log/*.log
# What the build machine is called and how it resolves names is not part of an image.
rm -f "$target/etc/hostname" "$target/etc/resolv.conf"
: > "$target/etc/machine-id"
