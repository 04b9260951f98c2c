#!/usr/bin/env bash
# A real registry on 127.0.0.1:5055 with busybox:1.37 and another busybox:1.36. Prints the process id
# when it had to start it.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

address=127.0.0.1:5055

# answers PATH: whether it has something there.
answers() {
    local status accept=application/vnd.docker.distribution.manifest.v2+json
    {
        exec 9<>"/dev/tcp/${address/:/\/}" || return 1
        printf 'GET /v2/%s HTTP/1.0\r\nAccept: %s\r\n\r\n' "${1:-}" "$accept" >&9
        read -r -t 5 status <&9
        exec 9>&-
    } 2>/dev/null
    [[ ${status:-} == *" 200 "* ]]
}

if ! answers; then
    [ -x "$bed/docker-registry/usr/bin/docker-registry" ] || debs "$bed/docker-registry" docker-registry
    cat >"$bed/registry.yml" <<END
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: "$bed/registry"}, delete: {enabled: true}}
http: {addr: "$address"}
END
    step "starting the registry on $address"
    background "$bed/registry.log" "$bed/docker-registry/usr/bin/docker-registry" serve "$bed/registry.yml"
    for _ in $(seq 100); do
        answers && break
        kill -0 "$started" 2>/dev/null || break
        sleep 0.1
    done
    answers || {
        tail -n 20 "$bed/registry.log" >&2
        die "the registry does not answer on $address" "its log: $bed/registry.log"
    }
    echo "$started"
fi

image=$(docker image inspect -f '{{.Id}}' busybox:1.37)
# It is asked itself: what was pushed from here may have gone to the registry of another work tree.
if answers busybox/manifests/1.36 && answers busybox/manifests/1.37 &&
    [ "$(cat "$bed/registry/pushed" 2>/dev/null)" = "$image" ]; then
    exit 0
fi
# The other one is the same but for a file and a label, to tell them apart from inside and outside.
container=$(docker create busybox:1.37 sh -c 'echo 1.36 >/etc/busybox-release')
docker start -a "$container"
docker commit -c 'CMD ["sh"]' -c 'LABEL tenantry.bed.release=1.36' "$container" "$address/busybox:1.36" >/dev/null
docker rm "$container" >/dev/null
docker tag busybox:1.37 "$address/busybox:1.37"
for tag in 1.36 1.37; do
    quietly push docker push "$address/busybox:$tag"
    docker image rm "$address/busybox:$tag" >/dev/null
done
mkdir -p "$bed/registry"
echo "$image" >"$bed/registry/pushed"
step "filled the registry"
