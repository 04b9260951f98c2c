#!/home/frappe/frappe-bench/env/bin/python
from standin_bench.proxy import serve

serve()
