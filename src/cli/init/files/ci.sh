#!/bin/sh
# What continuous integration does with the fleet. The workflow files call it; so may you, with the same variables.
#
#   ci.sh review    check, then what the change means, as the one comment on the pull request that is ours
#   ci.sh apply     make the hosts what this commit says, unless the branch has moved on
#
# Needs git, curl, jq and tenantry. Ends with 0 when all is well, else as `tenantry` does: 1 does not compile,
# 5 `apply` would refuse some of it.
#
#   TENANTRY          where tenantry is; an absolute path, or found by PATH
#   TENANTRY_FORGE    github, gitlab or forgejo
#   TENANTRY_BASE     review: the branch or commit that the change goes into
#   TENANTRY_PULL     review: the pull request's number
#   TENANTRY_TOKEN    review: may comment; without it the comment is only printed
#   TENANTRY_AUTHOR   review: who the token is; GitLab is asked
#   TENANTRY_BRANCH   apply: the branch that deploys
#   TENANTRY_BY       apply: on whose behalf, for `tenantry log`
set -eu

mark='<!-- tenantry:diff -->'

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "error: $*"
    exit 1
}

# The token goes to curl in a file, never in an argument, and no program has it in its environment.
unset token
token=${TENANTRY_TOKEN:-}
unset TENANTRY_TOKEN
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
(umask 077 && printf 'Authorization: Bearer %s\n' "$token" >"$work/token")
[ -z "$token" ] || token=given

api() {
    curl --silent --show-error --fail --max-time 60 --header "@$work/token" \
        --header 'Content-Type: application/json' "$@"
}

# Where comments are listed and made, how one is changed, and who we are there.
places() {
    case $TENANTRY_FORGE in
    github | forgejo)
        comments=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$TENANTRY_PULL/comments
        comment=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments
        change=PATCH
        author=$TENANTRY_AUTHOR
        ;;
    gitlab)
        comments=$CI_API_V4_URL/projects/$CI_MERGE_REQUEST_PROJECT_ID/merge_requests/$TENANTRY_PULL/notes
        comment=$comments
        change=PUT
        author=${TENANTRY_AUTHOR:-}
        if [ -z "$author" ]; then
            api "$CI_API_V4_URL/user" >"$work/user"
            author=$(jq --raw-output .username "$work/user")
        fi
        ;;
    *) fail "TENANTRY_FORGE is github, gitlab or forgejo" ;;
    esac
}

# The number of our comment, or nothing. Anybody may write our mark, so the author counts too.
ours() {
    page=1
    while :; do
        # Forgejo has all of them on one page.
        if [ "$TENANTRY_FORGE" = forgejo ]; then url=$comments; else url="$comments?per_page=100&page=$page"; fi
        api "$url" >"$work/page"
        found=$(jq --raw-output --arg mark "$mark" --arg author "$author" '
            [.[] | select((.user.login? // .author.username?) == $author) | select(.body | contains($mark)) | .id]
            | first // empty' "$work/page")
        if [ -n "$found" ]; then
            printf '%s\n' "$found"
            return
        fi
        [ "$TENANTRY_FORGE" != forgejo ] && [ "$(jq length "$work/page")" -eq 100 ] || return 0
        page=$((page + 1))
    done
}

post() {
    places
    jq --raw-input --slurp '{body: .}' "$work/comment" >"$work/body"
    id=$(ours)
    if [ -n "$id" ]; then
        api --request "$change" --data-binary "@$work/body" "$comment/$id" >"$work/answer"
        say "The comment is up to date."
    else
        api --request POST --data-binary "@$work/body" "$comments" >"$work/answer"
        say "Commented."
    fi
}

review() {
    top=$(pwd)
    head=$(git rev-parse HEAD)
    base=$(git merge-base "$TENANTRY_BASE" "$head") ||
        fail "$TENANTRY_BASE and HEAD have no common commit here; fetch the whole history"
    checked=0
    "$tenantry" check --rev HEAD || checked=$?
    # As diff(1): 0 the same, 1 it differs, 2 trouble; and 5 when some of it would be refused.
    # Not run among the files of the change, where a directory might be called like a revision.
    differs=0
    (cd "$work" && "$tenantry" diff --markdown --repository "$top" "$base..$head" >comment) || differs=$?
    status=$checked
    case $differs in
    0 | 1) ;;
    # The base does not compile and the head does: this change is the way out.
    2) [ -s "$work/comment" ] || status=2 ;;
    *) status=$differs ;;
    esac
    # A comment on an older commit must not stand for this one.
    [ -s "$work/comment" ] ||
        printf '**`tenantry diff` failed**: the log of the job says why.\n\n%s\n' "$mark" >"$work/comment"
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$work/comment" >>"$GITHUB_STEP_SUMMARY"; fi
    if [ -n "$token" ]; then
        post
    else
        say "No token, so there is no comment. It would be:"
        cat "$work/comment"
    fi
    exit "$status"
}

apply() {
    here=$(git rev-parse HEAD)
    git fetch --quiet --no-tags origin "refs/heads/$TENANTRY_BRANCH" ||
        fail "cannot see where $TENANTRY_BRANCH is now; nothing was applied"
    tip=$(git rev-parse FETCH_HEAD)
    # A run that waited, or that somebody started again, does not undo what came after it.
    if [ "$tip" != "$here" ]; then
        say "$TENANTRY_BRANCH is at $tip now; that commit's own run applies it, and this one nothing."
        exit 0
    fi
    "$tenantry" apply --rev HEAD --auto-approve --lock-timeout 10m ${TENANTRY_BY:+--by "$TENANTRY_BY"}
}

case ${1:-} in
review | apply) ;;
*) fail "ci.sh review, or ci.sh apply" ;;
esac

tenantry=$(command -v "${TENANTRY:-tenantry}") || fail "no ${TENANTRY:-tenantry} here; TENANTRY says where it is"

# What tenants wrote is in the log; there it must not be taken for a command to the runner.
case ${TENANTRY_FORGE:-} in
github | forgejo) printf '::stop-commands::%s\n' "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" ;;
esac
"$1"
