package running

import (
	"context"
	"encoding/json"
	"net/url"
	"os/exec"
	"strings"
	"time"
)

// compose returns the addresses of the containers that docker compose has started in a clone. If
// there is no docker command, or no container of the API, compose returns an empty Stack.
func compose(ctx context.Context, root string) Stack {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ask := func(args ...string) string {
		command := exec.CommandContext(ctx, "docker", append([]string{"compose"}, args...)...)
		command.Dir = root
		output, err := command.Output()
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(output))
	}
	api := ask("port", "proxy", "8080")
	if api == "" {
		return Stack{}
	}
	var config struct {
		Services map[string]struct {
			Environment map[string]string `json:"environment"`
		} `json:"services"`
	}
	_ = json.Unmarshal([]byte(ask("config", "--format", "json")), &config) // without the passwords, only the requests are left
	login := func(scheme, service, userVariable, passwordVariable, address, path string) string {
		environment := config.Services[service].Environment
		if address == "" || environment[userVariable] == "" {
			return ""
		}
		u := url.URL{Scheme: scheme, User: url.UserPassword(environment[userVariable], environment[passwordVariable]), Host: address, Path: path}
		return u.String()
	}
	s := Stack{API: "http://" + api, Ops: "docker compose run --rm projector /ops {}"}
	if issuer := ask("port", "issuer", "8083"); issuer != "" {
		s.Issuer = "http://" + issuer
	}
	s.Database = login("postgres", "postgres", "POSTGRES_USER", "POSTGRES_PASSWORD", ask("port", "postgres", "5432"), "/"+config.Services["postgres"].Environment["POSTGRES_DB"])
	s.Broker = login("nats", "nats", "NATS_USER", "NATS_PASSWORD", ask("port", "nats", "4222"), "")
	return s
}
