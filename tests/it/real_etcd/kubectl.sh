#!/bin/sh
# As much of `kubectl` as the generated scripts call, and of what stands behind it, with processes for containers. The
# real one ($KUBECTL_BEHIND) writes what is asked for of an object.
#
# $LAB/wanted/ is what the manifests say of each pod NAME, its environment, and `revision`, which changes with what they
# say of all; $LAB/applied/ the same since it was applied, and `generation`, how often. $LAB/NAME/ is a pod: `made` and
# `revision` what it was made of, `uid`, `pid` the process that starts its `container` for ever (the first
# time again at once), `log` what that has said
# since it was started last, `deleting` while it is going; its claim: `data`, and `given-up` when that is deleted.
set -eu
# (Values of an environment are URLs, names and numbers: they hold no blanks.)

for word; do printf '%s\037' "$word"; done >>"$LAB/commands"
echo >>"$LAB/commands"
[ "$1 $2" = '--namespace guild' ]
shift 2
said=$*
verb=$1
shift

# Somebody interrupts the script behind this step.
interrupted() {
    case $said in
    *"${INTERRUPT:-nothing}"*) kill -TERM "$PPID" ;;
    esac
}

is_up() {
    [ -s "$LAB/$1/container" ] && kill -0 "$(cat "$LAB/$1/container")" 2>/dev/null
}

# A program in a container.
inside() {
    pod=$1
    shift
    # shellcheck disable=SC2046
    env -i PATH="$LAB/bin:/usr/bin:/bin" $(cat "$LAB/$pod/made") "$@"
}

# As the controller does: the pod, and its claim.
create() {
    mkdir -p "$LAB/$1/data"
    cp "$LAB/applied/$1" "$LAB/$1/made"
    cp "$LAB/applied/revision" "$LAB/$1/revision"
    date +%s.%N >"$LAB/$1/uid"
    : >"$LAB/$1/log"
    # shellcheck disable=SC2016
    setsid sh -c '
        while :; do
            : >"$LAB/$1/log"
            env -i PATH="$LAB/bin:/usr/bin:/bin" $(cat "$LAB/$1/made") etcd >>"$LAB/$1/log" 2>&1 &
            echo $! >"$LAB/$1/container"
            wait
            rm "$LAB/$1/container"
            cat "$LAB/$1/log" >>"$LAB/$1/history"
            sleep "${delay:-0}"
            delay=30
        done
    ' sh "$1" >/dev/null 2>&1 &
    echo $! >"$LAB/$1/pid"
}

delete() {
    tries=0
    while pgrep -g "$(cat "$LAB/$1/pid")" >/dev/null; do
        if [ "$tries" -lt 50 ]; then signal=TERM; else signal=KILL; fi
        kill -s "$signal" -- "-$(cat "$LAB/$1/pid")" || true
        tries=$((tries + 1))
        sleep 0.1
    done
    rm -f "$LAB/$1/made" "$LAB/$1/uid" "$LAB/$1/pid" "$LAB/$1/container" "$LAB/$1/log"
    if [ -e "$LAB/$1/given-up" ]; then rm -rf "$LAB/$1/data" "$LAB/$1/given-up"; fi
    sleep 0.3
    rm "$LAB/$1/deleting"
    create "$1"
}

# An object from what is said of it, if it is there.
object() {
    gone=''
    case $1 in
    pod)
        [ -e "$LAB/$2/uid" ] || return 0
        if [ -e "$LAB/$2/deleting" ]; then gone=', "deletionTimestamp": "2026-01-01T00:00:00Z"'; fi
        echo '{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "'"$2"'", "uid": "'"$(cat "$LAB/$2/uid")"'",' \
            '"labels": { "controller-revision-hash": "'"$(cat "$LAB/$2/revision")"'" }'"$gone"' } }'
        ;;
    persistentvolumeclaim)
        [ -e "$LAB/${2#data-}/data" ] || return 0
        if [ -e "$LAB/${2#data-}/given-up" ]; then gone=', "deletionTimestamp": "2026-01-01T00:00:00Z"'; fi
        echo '{ "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "'"$2"'"'"$gone"' },' \
            '"status": { "phase": "Bound" } }'
        ;;
    statefulset)
        generation=$(cat "$LAB/applied/generation")
        echo '{ "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": { "name": "'"$2"'",' \
            '"generation": '"$generation"' }, "status": { "observedGeneration": '"$generation"',' \
            '"updateRevision": "'"$(cat "$LAB/applied/revision")"'" } }'
        ;;
    esac
}

case "$verb $*" in
'get '*' -o '*)
    object=$(object "$1" "$2")
    if [ -z "$object" ]; then
        [ "$3" = --ignore-not-found ]
        exit
    fi
    while [ "$1" != -o ]; do shift; done
    echo "$object" | "$KUBECTL_BEHIND" annotate --local -f - -o "$2" a8ctl-test=x
    ;;
'exec '*' --container etcd -- '*)
    name=$1
    shift 4
    is_up "$name"
    # A container's own loopback address is this machine's.
    own=$(sed -n 's,^ETCD_LISTEN_CLIENT_URLS=http://\(.*\):.*,\1,p' "$LAB/$name/made")
    for word; do
        shift
        set -- "$@" "$(echo "$word" | sed "s,//127\.0\.0\.1:,//$own:,")"
    done
    inside "$name" "$@"
    interrupted
    ;;
'logs '*' --container etcd --tail=50')
    tail -n 50 "$LAB/$1/log"
    ;;
'delete pod '*' --ignore-not-found --wait=false')
    if [ -e "$LAB/$2/uid" ] && [ ! -e "$LAB/$2/deleting" ]; then
        touch "$LAB/$2/deleting"
        delete "$2" >/dev/null 2>&1 &
    fi
    interrupted
    ;;
'delete persistentvolumeclaim '*' --wait=false')
    touch "$LAB/${2#data-}/given-up"
    ;;
'apply -k .')
    "$KUBECTL_BEHIND" kustomize . >/dev/null
    mkdir -p "$LAB/applied"
    if ! cmp -s "$LAB/wanted/revision" "$LAB/applied/revision"; then
        cp "$LAB/wanted/"* "$LAB/applied/"
        date +%s >"$LAB/applied/generation"
    fi
    for name in "$LAB/applied/"etcd-*; do
        if [ ! -e "$LAB/${name##*/}/uid" ] && [ ! -e "$LAB/${name##*/}/deleting" ]; then create "${name##*/}"; fi
    done
    interrupted
    ;;
*)
    echo "no such verb here: $verb $*" >&2
    exit 64
    ;;
esac
