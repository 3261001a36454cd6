"""How gunicorn serves this project; every value can be overridden by its own command-line option."""

import os

wsgi_app = "marketplace.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
# Far more than processors: checkouts that wait their turn (CHECKOUTS_AT_ONCE) leave workers for everybody else.
workers = int(os.environ.get("WEB_CONCURRENCY", "10"))
timeout = 30
graceful_timeout = 20
# Longer than the middleware's own limit, which answers 414 as a problem; past this gunicorn answers 414 itself.
limit_request_line = 8190
max_requests = 20_000
max_requests_jitter = 2_000
preload_app = True
control_socket_disable = True  # nobody controls it from beside, and it would want a folder to write to
# Without the query: it may hold the token that opens an order, or what somebody searched for.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(L)s'
