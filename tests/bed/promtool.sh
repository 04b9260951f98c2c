#!/usr/bin/env bash
# Prometheus' own check of metrics, from Debian's package. No Prometheus is started.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

promtool=$bed/promtool
"$promtool" --version >/dev/null 2>&1 && exit 0
# On Debian 12: Debian's prometheus 2.42.
debs "$work/unpacked" prometheus
mv "$work/unpacked/usr/bin/promtool" "$promtool.part"
rm -rf "$work"
"$promtool.part" --version >"$bed/promtool.log" 2>&1 || die "promtool of Debian's prometheus does not run" "its words: $bed/promtool.log"
mv "$promtool.part" "$promtool"
step "made promtool"
