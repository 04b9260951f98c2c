#!/bin/bash
# The assets are the image's, whatever the volume has.
set -e
rm -rf /home/frappe/frappe-bench/sites/assets
ln -s /home/frappe/frappe-bench/assets /home/frappe/frappe-bench/sites/assets
exec "$@"
