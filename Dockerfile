# One image with every binary of the service: docker run IMAGE /api | /projector | /migrate | /ops VERB.
# There is no shell in it: /api -healthcheck and /projector -healthcheck say whether the process in a container is ready.
# Nothing here needs BuildKit, so that any builder builds it.
ARG GO_IMAGE=golang:1.26

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOWORK=off
# Each layer is kept until what it copies changes: the modules, the engine compiled with them, the service. Where the
# modules are vendored (go mod vendor) nothing is downloaded, and the image builds without a network.
COPY go.mod go.sum ./
COPY engine/go.mod engine/go.sum engine/
COPY go.mod vendo[r] vendor/
RUN rm vendor/go.mod && if rmdir vendor 2>/dev/null; then go mod download; fi
COPY engine engine
RUN go build -trimpath $(go list example.com/pgcqrs/engine/... | grep -v /enginetest/)
COPY . .
# What -version and build_info say. The repository is not here to ask: docker build --build-arg REVISION=$(git rev-parse HEAD)
ARG VERSION=
ARG REVISION=
RUN mkdir /out && go build -trimpath -buildvcs=false -o /out/ \
    -ldflags="-s -w -X example.com/pgcqrs/engine/process/cli.version=$VERSION -X example.com/pgcqrs/engine/process/cli.revision=$REVISION" \
    ./cmd/api ./cmd/projector ./cmd/migrate ./cmd/ops example.com/pgcqrs/engine/enginetest/devissuer/issuer && \
    mkdir /issuer /keys && mv /out/issuer /issuer/

# The issuer of tokens for development is not in the image that goes to production: docker build --target issuer
FROM scratch AS issuer
COPY --from=build /issuer/ /
# Inside a container, loopback is of use to nobody: docker-compose.override.yml publishes the port on 127.0.0.1.
ENV ISSUER_ADDR=:8083
EXPOSE 8083
USER 65532:65532
ENTRYPOINT []
CMD ["/issuer"]

FROM scratch
# For TLS to PostgreSQL, the broker or an identity provider.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ /
# A volume here belongs to who writes it.
COPY --from=build --chown=65532:65532 /keys/ /keys/
# Inside a container, loopback is of use to nobody.
ENV API_ADDR=:8080 API_OPS_ADDR=:8082 PROJECTOR_ADDR=:8081
EXPOSE 8080 8081 8082
# A number, because there is no /etc/passwd, and so that runAsNonRoot can be checked.
USER 65532:65532
CMD ["/api"]
