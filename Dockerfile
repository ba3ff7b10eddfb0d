# syntax=docker/dockerfile:1
# The image runs the program as a folder of JavaScript on Deno, without a shell, as a user without rights. Its root file
# system can be read-only; state lives in the volume /var/lib/bedrock-otel.
#   docker build -t bedrock-otel .
#   docker run -e BEDROCK_OTEL_QUEUE_URL=… -e OTEL_EXPORTER_OTLP_ENDPOINT=… -e AWS_REGION=… bedrock-otel

FROM denoland/deno:2.9.6 AS build
WORKDIR /src
# The packages first, so that a change of the source does not download them again.
COPY deno.json deno.lock ./
RUN deno ci
COPY src ./src
COPY mappings ./mappings
COPY assets ./assets
COPY packaging ./packaging
RUN deno task bundle \
 && mkdir -p /out/var/lib/bedrock-otel /out/etc/bedrock-otel /out/app \
 && cp dist/bedrock-otel/* /out/app/ \
 && cp packaging/container/*.yaml /out/etc/bedrock-otel/

FROM denoland/deno:distroless-2.9.6
COPY --from=build /out/app /app
COPY --from=build /out/etc/bedrock-otel /etc/bedrock-otel
COPY --from=build --chown=65532:65532 --chmod=0700 /out/var/lib/bedrock-otel /var/lib/bedrock-otel
USER 65532:65532
WORKDIR /var/lib/bedrock-otel
VOLUME /var/lib/bedrock-otel
# Deno's cache: what V8 made of the program at the last start; the program itself needs nothing in it.
ENV DENO_DIR=/tmp/deno DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
# `bedrock-otel permissions` prints tighter flags for a configuration: examples/docker-compose uses them.
ENTRYPOINT ["deno", "run", "-q", "--no-config", "--cached-only", "--allow-net", "--allow-env", "--allow-read", "--allow-write", "--allow-sys=osRelease,uid,homedir", "--no-prompt", "--v8-flags=--heap-growing-percent=150,--expose-gc", "/app/main.js"]
CMD ["run", "--config", "/etc/bedrock-otel/config.yaml"]
# The extension health_check, on the container's own loopback.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["deno", "run", "-q", "--no-config", "--cached-only", "--allow-net", "--allow-env=BEDROCK_OTEL_HEALTH_ENDPOINT", "--ignore-env", "--no-prompt", "--v8-flags=--heap-growing-percent=150,--expose-gc", "/app/main.js", "health"]
# service.shutdown_timeout is 30s: give `docker stop` 45 (--stop-timeout 45).
STOPSIGNAL SIGTERM
