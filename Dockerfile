# The component as an image for elastic.io (`"buildType": "docker"`), or for any place that runs containers.
#
#   docker build --build-arg COMPONENT="$(cat component.json)" -t sellerport .
#
# scripts/check_container.py runs these steps in a clean Debian root where there is no container engine.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv
WORKDIR /build
COPY requirements.lock ./
RUN python3 -m venv /opt/sellerport && /opt/sellerport/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/sellerport/bin/pip install --no-cache-dir --no-deps . && /opt/sellerport/bin/pip uninstall -y pip setuptools

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 tini && rm -rf /var/lib/apt/lists/* && ln -s /usr/bin/tini /sbin/tini && useradd --create-home --uid 1000 node
COPY --from=build /opt/sellerport /opt/sellerport
COPY docker/entry.sh /usr/local/bin/sellerport-entry
RUN for name in node npm java; do ln -s sellerport-entry /usr/local/bin/$name; done
COPY component.json docker/sail.sh docker/serve.sh /home/node/
ARG COMPONENT="{}"
LABEL "elastic.io.component"="$COMPONENT"
ENV PATH=/opt/sellerport/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /home/node
USER node
ENTRYPOINT ["/sbin/tini", "-v", "-e", "143", "--", "sellerport-entry"]
