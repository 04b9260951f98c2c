#!/usr/bin/env bash
# Takes away what live tests that were killed left on the engine: containers, networks, volumes. Enough of them, and the
# engine has no address left for another network ("could not find an available, non-overlapping IPv4 address pool").
#
# Only what is certainly theirs. A test notes the id of its fleet, or the beginning of its names, in target/bed/used/PID before it
# makes anything (tests/it/support/used.rs); ids and names have the process's id in them, so no other run's are the same. What
# is noted there is taken away when no process has that id any more, from the engine on which it was made: other fleets, other
# work trees and a run that is still at work are left alone. Two of these at once are kept apart by the lock of tests/run.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

used=$bed/used
engine=${DOCKER_HOST:-}
notes=()
for note in "$used"/*; do
    [ -e "$note" ] && [ ! -e "/proc/${note##*/}" ] && notes+=("$note")
done
[ ${#notes[@]} != 0 ] || exit 0

# leftover: handles of those of the engine's things that the notes name; each thing is a line of handle, name and three labels.
leftover() {
    awk -F '\t' -v engine="$engine" '
        function is_named(name,    from) {
            if (name in names) return 1
            for (from in names) if (index(name, from "-") == 1) return 1
            return 0
        }
        !things {
            split($0, word, " ")
            if (word[3] == engine && word[1] == "fleet") fleet[word[2]]
            if (word[3] == engine && word[1] == "names") names[word[2]]
            next
        }
        $3 in fleet || $4 in fleet || $5 in fleet || is_named($2) { print $1 }
    ' "${notes[@]}" things=1 -
}

removed=()
# take KIND REMOVE LIST: what is listed by one docker command and is left over is removed by another.
take() {
    local kind=$1 remove=$2 list=$3 there handles
    local labels=$'\t{{.Label "tenantry.fleet"}}\t{{.Label "tenantry.lock"}}\t{{.Label "test.of"}}'
    # shellcheck disable=SC2086
    there=$(docker $list --format "$4$labels")
    handles=$(leftover <<<"$there")
    [ -n "$handles" ] || return 0
    # shellcheck disable=SC2086
    if ! docker $remove $handles >/dev/null; then
        # An engine under load can go on counting a container that is gone (20.10: "has active endpoints", and nobody is on it); it
        # counts anew when it starts.
        [ "$kind" = networks ] || die "cannot take away $kind that a killed run left"
        step "some networks that a killed run left stay until the engine is started anew"
    fi
    removed+=("$(wc -l <<<"$handles") $kind")
}
take containers "rm -fv" "ps -a --no-trunc" $'{{.ID}}\t{{.Names}}'
take networks "network rm" "network ls --no-trunc" $'{{.ID}}\t{{.Name}}'
take volumes "volume rm" "volume ls" $'{{.Name}}\t{{.Name}}'
[ ${#removed[@]} = 0 ] || step "took away what killed runs left: $(printf '%s, ' "${removed[@]}" | sed 's/, $//')"

# What is noted for another engine stays noted.
for note in "${notes[@]}"; do
    awk -v engine="$engine" '$3 != engine' "$note" >"$note.part"
    if [ -s "$note.part" ]; then mv "$note.part" "$note"; else rm -f "$note" "$note.part"; fi
done
