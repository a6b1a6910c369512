FROM python:3.12-slim AS build
RUN pip install --no-cache-dir 'uv==0.13.*'
WORKDIR /app
COPY . .
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.12-slim
# LightGBM's OpenMP runtime
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1=* && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 guanxi
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH GUANXI_HOME=/data
VOLUME /data
USER 1000
ENTRYPOINT ["guanxi"]
CMD ["--help"]
