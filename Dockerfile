# The shop in one image: the web processes and the worker differ only in their command (compose.yaml).
# Nothing in it is written to while it runs, and nothing in it runs as root.
FROM python:3.13-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/app/.venv UV_LINK_MODE=copy
RUN pip install --no-cache-dir "uv>=0.13.9,<0.14"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --compile-bytecode
COPY . .
# Collecting static files asks the settings for addresses and secrets that it does not use.
RUN SECRET_KEY=build DATABASE_URL=sqlite:///:memory: SITE_URL=https://build.example STATIC_ROOT=/app/static \
    DJANGO_SETTINGS_MODULE=marketplace.settings.production \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && .venv/bin/python -m compileall -q catalog cms marketplace ocop_badges

FROM python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=marketplace.settings.production STATIC_ROOT=/app/static MEDIA_ROOT=/media EVIDENCE_ROOT=/evidence \
    PAYOUT_FOLDER=/papers/payouts INVOICE_FOLDER=/papers/invoices
RUN groupadd --gid 10001 shop && useradd --uid 10001 --gid shop --no-create-home --shell /usr/sbin/nologin shop \
    && install --directory --owner shop --group shop /media /evidence /papers
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
VOLUME /media /evidence /papers
EXPOSE 8000
CMD ["gunicorn", "--config", "gunicorn.conf.py", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
