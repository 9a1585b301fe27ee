package running

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/engine/process/loopback"
)

// Asked says which service a command looks for. Empty fields are found out.
type Asked struct {
	API, Issuer string // URLs
	Data        string // folder of the data of the command dev run
}

// the addresses that dev run and docker compose use if nobody names others
const (
	usualAPI    = "http://127.0.0.1:8080"
	usualIssuer = "http://127.0.0.1:8083"
)

const howToStart = "start the service with `go run ./cmd/dev run` (or `docker compose up --build`) in another shell, or name its address with -api"

// Find returns the addresses of the running service. Environment variables win over the file that
// dev run has written, and the file wins over docker compose. Find returns an error if the service
// does not answer, or if an address is not on this machine.
func Find(ctx context.Context, asked Asked) (Stack, error) {
	if err := (Stack{API: withScheme(asked.API), Issuer: withScheme(asked.Issuer)}).refuseOthers(); err != nil {
		return Stack{}, err // before anything is looked for
	}
	s, err := known(ctx, asked)
	if err != nil {
		return Stack{}, err
	}
	s.Issuer = cmp.Or(withScheme(asked.Issuer), s.Issuer)
	if given := os.Getenv("DATABASE_URL"); given != "" {
		s.Database, s.Ops = given, "go run ./cmd/ops {}"
	}
	s.Broker = cmp.Or(os.Getenv("NATS_URL"), s.Broker)
	if err := s.refuseOthers(); err != nil {
		return Stack{}, err
	}
	return s, answers(ctx, s.API)
}

// known returns the addresses of the API that was asked for. If nobody asked for an API, known
// returns those of dev run, else those of docker compose, else the usual ones.
func known(ctx context.Context, asked Asked) (Stack, error) {
	dir, err := filepath.Abs(asked.Data)
	if asked.Data == "" {
		dir, err = datadir.KeptDir(gotool.Root())
	}
	if err != nil {
		return Stack{}, err
	}
	own, err := read(dir)
	if err != nil {
		return Stack{}, err
	}
	wanted := withScheme(asked.API)
	if own.API != "" && (wanted == own.API || wanted == "" && answers(ctx, own.API) == nil) {
		return own, nil
	}
	if asked.Data != "" && wanted == "" {
		return Stack{}, fmt.Errorf("nothing runs with the data in %s: start it with `go run ./cmd/dev run -data %[1]s` in another shell", dir)
	}
	containers := compose(ctx, gotool.Root())
	if containers.API != "" && (wanted == "" || wanted == containers.API) {
		return containers, nil
	}
	return Stack{API: cmp.Or(wanted, usualAPI), Issuer: usualIssuer}, nil
}

// withScheme returns an address as a URL without a slash at its end. An address may lack the
// scheme.
func withScheme(address string) string {
	if address != "" && !strings.Contains(address, "://") {
		address = "http://" + address
	}
	return strings.TrimSuffix(address, "/")
}

// refuseOthers returns an error if an address of a service is not on this machine.
func (s Stack) refuseOthers() error {
	hosts := [][2]string{{"the API", hostOf(s.API)}, {"the issuer of tokens", hostOf(s.Issuer)}}
	for server := range strings.SplitSeq(s.Broker, ",") {
		hosts = append(hosts, [2]string{"the broker (NATS_URL)", hostOf(withScheme(server))})
	}
	if s.Database != "" {
		config, err := pgx.ParseConfig(s.Database)
		if err != nil {
			return errors.New("DATABASE_URL is no URL of a database") // the error of pgx may show a password
		}
		hosts = append(hosts, [2]string{"the database (DATABASE_URL)", config.Host})
		for _, other := range config.Fallbacks {
			hosts = append(hosts, [2]string{"the database (DATABASE_URL)", other.Host})
		}
	}
	for _, named := range hosts {
		if what, host := named[0], named[1]; host != "" && !strings.HasPrefix(host, "/") && !loopback.Is(host) { // a path is a socket of this machine
			return fmt.Errorf("%s is at %s, which is not this machine: dev seed writes only to a service for development on this machine (127.0.0.1, ::1 or localhost). "+
				"It invents people and payments, and breaks a read model and a message on purpose, and nothing removes events from a log", what, host)
		}
	}
	return nil
}

// hostOf returns the host of a URL. If the text is no URL, hostOf returns the text, which is the
// name of no host on this machine.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Hostname()
}

// answers returns an error if the API does not answer.
func answers(ctx context.Context, api string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/healthz", http.NoBody)
	if err != nil {
		return fmt.Errorf("%s is no address of an API: %w", api, err)
	}
	response, err := http.DefaultClient.Do(request)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("nothing answers at %s: %s (%w)", api, howToStart, err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s/healthz answers %s, so this is not the API: %s", api, response.Status, howToStart)
	}
	return nil
}
