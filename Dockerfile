# One image with every binary of the service: docker run IMAGE /api | /projector | /migrate | /ops VERB.
# The image has no shell. The commands /api -healthcheck and /projector -healthcheck, run in a
# container, report whether its process is ready. This file does not need BuildKit, so any builder
# can use it.
ARG GO_IMAGE=golang:1.26

FROM ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOWORK=off
# A layer is rebuilt only if the files that it or an earlier layer copies have changed. The layers
# are the downloaded modules, the compiled engine, and the service. If the modules are vendored
# (go mod vendor), the build downloads nothing, and needs no network.
COPY go.mod go.sum ./
COPY engine/go.mod engine/go.sum engine/
COPY go.mod vendo[r] vendor/
RUN rm vendor/go.mod && if rmdir vendor 2>/dev/null; then go mod download; fi
COPY engine engine
RUN go build -trimpath $(go list example.com/pgcqrs/engine/... | grep -v /enginetest/)
COPY . .
# The version and the revision that the flag -version and the metric build_info show. The build does
# not see the git repository, so pass the revision:
# docker build --build-arg REVISION=$(git rev-parse HEAD)
ARG VERSION=
ARG REVISION=
RUN mkdir /out && go build -trimpath -buildvcs=false -o /out/ \
    -ldflags="-s -w -X example.com/pgcqrs/engine/process/cli.version=$VERSION -X example.com/pgcqrs/engine/process/cli.revision=$REVISION" \
    ./cmd/api ./cmd/projector ./cmd/migrate ./cmd/ops example.com/pgcqrs/engine/enginetest/devissuer/issuer && \
    mkdir /issuer /keys && mv /out/issuer /issuer/

# The issuer of tokens for development has a separate image, because the image for production must
# not contain it: docker build --target issuer
FROM scratch AS issuer
COPY --from=build /issuer/ /
# All interfaces, because a container's loopback address can't be reached from outside it.
# docker-compose.override.yml publishes the port only on the host's 127.0.0.1.
ENV ISSUER_ADDR=:8083
EXPOSE 8083
USER 65532:65532
ENTRYPOINT []
CMD ["/issuer"]

FROM scratch
# The root certificates for TLS connections to PostgreSQL, the broker and an identity provider.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ /
# A new volume that is mounted at /keys gets the owner of this folder, so that migrate can write to it.
COPY --from=build --chown=65532:65532 /keys/ /keys/
# All interfaces, because a container's loopback address can't be reached from outside it.
ENV API_ADDR=:8080 API_OPS_ADDR=:8082 PROJECTOR_ADDR=:8081
EXPOSE 8080 8081 8082
# The user is a number, because the image has no /etc/passwd, and because Kubernetes checks
# runAsNonRoot only for a number.
USER 65532:65532
CMD ["/api"]
