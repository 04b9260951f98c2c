#!/usr/bin/env bash
# terraform-compliance and tfexplain (published as bna-tfexplain), in a Python environment of their own: what people check plans
# of Terraform with.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

wanted=$(cat "$bed_src/policy.sh" "$bed_src/policy.txt" | sha256sum)
venv=$bed/policy
[ "$(cat "$venv/made-by" 2>/dev/null)" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null && exit 0
python3 -m pip --version >/dev/null 2>&1 ||
    die "missing: pip for Python 3" "get it: apt-get install python3-pip python3-venv"
step "installing terraform-compliance and tfexplain"
rm -rf "$venv"
quietly policy-venv python3 -m venv --without-pip "$venv"
quietly policy-pip python3 -m pip --disable-pip-version-check --python "$venv/bin/python" install --no-deps -r "$bed_src/policy.txt"
echo "$wanted" >"$venv/made-by"
step "made the environment of the policies' tools"
