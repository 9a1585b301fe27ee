# One image with every binary of the service: docker run IMAGE /api | /projector | /migrate | /ops VERB.
# The image has no shell: /api -healthcheck and /projector -healthcheck report whether the process in a container is
# ready. This file does not need BuildKit, so any builder can use it.
ARG GO_IMAGE=golang:1.26

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOWORK=off
# Each layer is rebuilt only when the files that it copies change: the modules, the engine compiled with them, the
# service. If the modules are vendored (go mod vendor), nothing is downloaded, and the image builds without a network.
COPY go.mod go.sum ./
COPY engine/go.mod engine/go.sum engine/
COPY go.mod vendo[r] vendor/
RUN rm vendor/go.mod && if rmdir vendor 2>/dev/null; then go mod download; fi
COPY engine engine
RUN go build -trimpath $(go list example.com/pgcqrs/engine/... | grep -v /enginetest/)
COPY . .
# The version that -version and build_info show. The repository is not in the build, so pass the revision:
# docker build --build-arg REVISION=$(git rev-parse HEAD)
ARG VERSION=
ARG REVISION=
RUN mkdir /out && go build -trimpath -buildvcs=false -o /out/ \
    -ldflags="-s -w -X example.com/pgcqrs/engine/process/cli.version=$VERSION -X example.com/pgcqrs/engine/process/cli.revision=$REVISION" \
    ./cmd/api ./cmd/projector ./cmd/migrate ./cmd/ops example.com/pgcqrs/engine/enginetest/devissuer/issuer && \
    mkdir /issuer /keys && mv /out/issuer /issuer/

# The issuer of tokens for development has an image of its own, so that production's image lacks it:
# docker build --target issuer
FROM scratch AS issuer
COPY --from=build /issuer/ /
# Nobody outside a container can reach its loopback address; docker-compose.override.yml publishes the port on 127.0.0.1.
ENV ISSUER_ADDR=:8083
EXPOSE 8083
USER 65532:65532
ENTRYPOINT []
CMD ["/issuer"]

FROM scratch
# For TLS to PostgreSQL, the broker or an identity provider.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ /
# A volume that is mounted here gets this owner, so that migrate can write to it.
COPY --from=build --chown=65532:65532 /keys/ /keys/
# Inside a container, loopback is of use to nobody.
ENV API_ADDR=:8080 API_OPS_ADDR=:8082 PROJECTOR_ADDR=:8081
EXPOSE 8080 8081 8082
# A number, because the image has no /etc/passwd, and so that Kubernetes can check runAsNonRoot.
USER 65532:65532
CMD ["/api"]
