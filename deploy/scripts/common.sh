# What deploy/demo and deploy/test share; sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf 'martlet: %s\n' "$*" >&2; exit 1; }

# Root is needed for namespaces, mounts and cgroups.
need_root() {
    [ "$(id -u)" -eq 0 ] || fail "this needs root; run: sudo $0"
}

# Swift is not a Debian package; sudo hides the caller's PATH, so look where toolchains usually are.
need_swift() {
    local place
    for place in "" /opt/swift/usr/bin /opt/swift/bin /usr/local/swift/usr/bin "${SUDO_USER:+$(getent passwd "$SUDO_USER" | cut -d: -f6)/.local/share/swiftly/bin}"; do
        if [ -n "$place" ] && [ -x "$place/swift" ]; then PATH="$place:$PATH"; fi
        if command -v swift >/dev/null; then break; fi
    done
    command -v swift >/dev/null || fail "no Swift toolchain found; install Swift 6.3 (swift.org/install) and put swift on root's PATH"
    swift --version 2>/dev/null | grep -qE 'Swift version (6\.[3-9]|[7-9])' ||
        fail "Swift 6.3 or later is needed, this is $(swift --version 2>/dev/null | head -n 1)"
}

# Installs the packages that are missing, and only talks to the archive when there are any.
need_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return
    command -v apt-get >/dev/null || fail "apt-get not found; install these yourself: ${missing[*]}"
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    apt-get update -qq || fail "apt-get update failed; check the network and /etc/apt/sources.list"
    hold_registry "${missing[@]}"
    if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
        release_registry "${missing[@]}"
        fail "apt-get could not install: ${missing[*]}"
    fi
    release_registry "${missing[@]}"
}

# Debian's docker-registry starts a service for everyone on port 5000 when it is installed; only its program is wanted.
# Nothing changes where it is installed already: then somebody may be using it.
hold_registry() {
    brings_registry "$@" || return 0
    systemctl --quiet mask --runtime docker-registry.service
}

release_registry() {
    brings_registry "$@" || return 0
    systemctl --quiet unmask --runtime docker-registry.service
    systemctl --quiet disable docker-registry.service 2>/dev/null || true
}

brings_registry() { [ -d /run/systemd/system ] && [[ " $* " == *" docker-registry "* ]]; }

# One clear sentence for each kernel feature that containers need.
need_kernel() {
    grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || true
    grep -qw overlay /proc/filesystems || fail "this kernel has no overlay file system (CONFIG_OVERLAY_FS)"
    [ -e /proc/self/ns/user ] || fail "this kernel has no user namespaces (CONFIG_USER_NS)"
    [ "$(cat /proc/sys/user/max_user_namespaces 2>/dev/null || echo 0)" -gt 0 ] ||
        fail "user namespaces are switched off; run: sysctl -w user.max_user_namespaces=65536"
    [ -d /sys/fs/cgroup ] && grep -q cgroup /proc/mounts || fail "no cgroup file system is mounted below /sys/fs/cgroup"
    local version
    version=$(uname -r | cut -d. -f1,2)
    printf '%s\n6.1\n' "$version" | sort -V | head -n 1 | grep -qx 6.1 ||
        fail "kernel $version is too old; overlay mounts on idmapped layers need 5.19, Debian 12 has 6.1"
    nft list tables >/dev/null 2>&1 || fail "this kernel has no nftables (CONFIG_NF_TABLES)"
}

# What the build links and what runs containers.
runtime_packages=(
    libsqlite3-dev libmicrohttpd-dev libcurl4-openssl-dev libarchive-dev libsystemd-dev libnftables-dev libssl-dev
    pkg-config runc conmon catatonit nftables iproute2 ca-certificates
)
# What makes and serves the small images of the demo and of the tests.
image_packages=(docker-registry skopeo umoci busybox-static curl jq)

# A machine whose first process is not systemd has no journald; start one, so that logs have their place.
need_journald() {
    [ -S /run/systemd/journal/socket ] && [ -S /run/systemd/journal/stdout ] &&
        pgrep -r R,S,D -x systemd-journal >/dev/null && return
    [ -d /run/systemd/system ] && return
    [ -s /etc/machine-id ] || systemd-machine-id-setup >/dev/null
    mkdir -p /run/systemd/journal /run/log/journal
    # A socket that a journald left when it was killed would look like one that listens.
    rm -f /run/systemd/journal/{socket,stdout,dev-log}
    say "Starting systemd-journald (this machine does not boot with systemd)"
    setsid /lib/systemd/systemd-journald </dev/null >/dev/null 2>&1 &
    local tries=0
    until [ -S /run/systemd/journal/socket ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "systemd-journald did not start; run /lib/systemd/systemd-journald by hand to see why"
        sleep 0.05
    done
}
