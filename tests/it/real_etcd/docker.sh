#!/bin/sh
# As much of `docker` as the generated scripts call, with processes for containers. $LAB/NAME/ is what a
# container NAME is made of: `wanted` the environment that compose.yaml has now, `made` the one that it was made with,
# `data` its volume, `pid` its process. $LAB/bin has the programs of its image.
set -eu
# (Values of an environment are URLs, names and numbers: they hold no blanks.)

verb=$1
shift
if [ "$verb" = compose ]; then
    verb=$1
    shift
fi

is_up() {
    [ -s "$LAB/$name/pid" ] && kill -0 "$(cat "$LAB/$name/pid")" 2>/dev/null
}

case "$verb $*" in
'ps --all --quiet '*)
    name=$3
    if [ -e "$LAB/$name/made" ]; then echo "$name"; fi
    ;;
'up --no-start --no-deps '*)
    name=$3
    mkdir -p "$LAB/$name/data"
    cp "$LAB/$name/wanted" "$LAB/$name/made"
    ;;
'up -d --no-deps '*)
    name=$3
    mkdir -p "$LAB/$name/data"
    if is_up && cmp -s "$LAB/$name/wanted" "$LAB/$name/made"; then exit 0; fi
    "$0" compose stop "$name"
    cp "$LAB/$name/wanted" "$LAB/$name/made"
    # shellcheck disable=SC2046
    setsid env -i PATH="$LAB/bin:/usr/bin:/bin" $(cat "$LAB/$name/made") etcd >>"$LAB/$name/log" 2>&1 &
    echo $! >"$LAB/$name/pid"
    ;;
'stop '*)
    name=$1
    tries=0
    while is_up; do
        if [ "$tries" -lt 50 ]; then kill "$(cat "$LAB/$name/pid")"; else kill -9 "$(cat "$LAB/$name/pid")"; fi
        tries=$((tries + 1))
        sleep 0.1
    done
    ;;
'run --rm --no-deps -T --entrypoint '*)
    program=$5 name=$6
    shift 6
    # shellcheck disable=SC2046
    env -i PATH="$LAB/bin:/usr/bin:/bin" $(cat "$LAB/$name/wanted") "$program" "$@"
    # Somebody interrupts the script behind this step.
    case $* in
    *" ${INTERRUPT:-nothing} "*) kill -TERM "$PPID" ;;
    esac
    ;;
'exec -T '*)
    name=$2
    shift 2
    is_up
    # shellcheck disable=SC2046
    exec env -i PATH="$LAB/bin:/usr/bin:/bin" $(cat "$LAB/$name/made") "$@"
    ;;
'cp '*' -')
    name=${1%%:*}
    [ -e "$LAB/$name/made" ]
    tar -C "$LAB/$name" -cf - data
    ;;
*)
    echo "no such verb here: $verb $*" >&2
    exit 64
    ;;
esac
