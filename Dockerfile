# syntax=docker/dockerfile:1
# One image for everything that runs: web server, worker, migrations. What a container does is its
# command (`serve` unless told otherwise); see docker-compose.yml and docs/operating.md.

# ---- Browser code
FROM node:24.20.0-bookworm-slim@sha256:ba849c60be29959425b8734d57b8b4b7d56f98edd9504c9af091d5281095a71e AS browser
WORKDIR /app/admin/studio
COPY admin/studio/package.json admin/studio/package-lock.json admin/studio/.npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
WORKDIR /app
COPY . .
RUN cd admin/studio && node build.mjs

# ---- Python packages
FROM python:3.13.14-slim-bookworm@sha256:9d7f287598e1a5a978c015ee176d8216435aaf335ed69ac3c38dd1bbb10e8d64 AS packages
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=/opt/onewindow
RUN uv venv "$VIRTUAL_ENV"
COPY requirements.lock /tmp/
RUN --mount=type=cache,target=/root/.cache/uv uv pip install --require-hashes -r /tmp/requirements.lock
WORKDIR /app
COPY . .
# Editable: the program runs where it lies, beside the definitions and the browser code it reads.
RUN --mount=type=cache,target=/root/.cache/uv uv pip install --no-deps --editable . \
 && python -m compileall -q platform bpmn forms storage admin

# ---- What runs
FROM python:3.13.14-slim-bookworm@sha256:9d7f287598e1a5a978c015ee176d8216435aaf335ed69ac3c38dd1bbb10e8d64
LABEL org.opencontainers.image.title="OneWindow" \
      org.opencontainers.image.description="A low-code approval platform for government service centres" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /var/lib/onewindow --create-home onewindow
COPY --from=packages /opt/onewindow /opt/onewindow
COPY --from=packages /app /app
COPY --from=browser /app/admin/studio/dist /app/admin/studio/dist
COPY --from=browser /app/platform/feel/bundle /app/platform/feel/bundle
COPY --from=browser /app/forms/bundle /app/forms/bundle
COPY --from=browser /app/bpmn/bundle /app/bpmn/bundle
ENV PATH=/opt/onewindow/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ONEWINDOW_HOST=0.0.0.0 \
    ONEWINDOW_VAR=/var/lib/onewindow \
    ONEWINDOW_LOG_FORMAT=json
WORKDIR /app
USER onewindow
VOLUME /var/lib/onewindow
EXPOSE 8800
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["onewindow", "health"]
ENTRYPOINT ["onewindow"]
CMD ["serve"]
