# The steps are the make targets of a machine, so that what works there works here.
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends make git && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 panelbrief
WORKDIR /app
COPY --chown=panelbrief . .
RUN chown panelbrief /app
USER panelbrief
RUN make setup
VOLUME /app/var
ENTRYPOINT ["/app/.venv/bin/panelbrief"]
CMD ["run"]
