#!/bin/bash
# Three members in network namespaces, as pods of a cluster are: each has an address of its own, and is called at that of
# its Service. $1 has `env-N`, what member N is told, `hosts`, the cluster's names, and `bin`; it gets `log-N`. Succeeds
# when all are ready within $2 seconds, and live.
#
# The names' addresses: 10.9.0.1N is a pod's, 10.9.1.1N its Service's.
set -eu
cd "$1"
mount -t tmpfs none /run
ip link add bridge type bridge
ip address add 10.9.0.1/16 dev bridge
ip link set bridge up
for pod in 0 1 2; do
    ip netns add "pod-$pod"
    ip link add "port-$pod" type veth peer name eth0 netns "pod-$pod"
    ip link set "port-$pod" master bridge up
    for address in "10.9.0.1$pod" "10.9.1.1$pod"; do ip -n "pod-$pod" address add "$address/16" dev eth0; done
    for link in eth0 lo; do ip -n "pod-$pod" link set "$link" up; done
done

# A program in a pod, with what the pod is told.
inside() {
    pod=$1
    shift
    # shellcheck disable=SC2046
    ip netns exec "pod-$pod" env -i PATH="$PWD/bin:/usr/bin:/bin" $(cat "env-$pod") \
        sh -c 'mount --bind hosts /etc/hosts && exec "$@"' sh "$@"
}

for pod in 0 1 2; do inside "$pod" etcd >"log-$pod" 2>&1 & done

# As the kubelet asks: without a certificate, and in the pod with its own.
live() {
    exec 3<>"/dev/tcp/10.9.0.1$1/2381" && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && head -n 1 <&3 | grep -q ' 200 '
}
ready() {
    timeout 3 bash -c "$(declare -f inside); inside $1 etcdctl --endpoints=https://127.0.0.1:2379 endpoint health"
}
end=$((SECONDS + $2))
for pod in 0 1 2; do
    until ready "$pod" >/dev/null 2>&1 && live "$pod"; do
        if [ "$SECONDS" -ge "$end" ]; then exit 1; fi
        sleep 0.2
    done
done
