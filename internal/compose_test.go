package internal_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// composed is a service of docker-compose.yml, with what it has of another one merged in.
type composed struct {
	Memory      string            `yaml:"mem_limit"`
	Processes   int               `yaml:"pids_limit"`
	Security    []string          `yaml:"security_opt"`
	Ports       []string          `yaml:"ports"`
	Environment map[string]string `yaml:"environment"`
}

func compose(t *testing.T) map[string]composed {
	t.Helper()
	text, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]composed `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil || len(file.Services) < 7 {
		t.Fatalf("%d services: %v", len(file.Services), err)
	}
	return file.Services
}

// No container takes all of the machine, gains rights, or is reached from another machine.
func TestContainersAreBounded(t *testing.T) {
	t.Parallel()
	for name, service := range compose(t) {
		if service.Memory == "" || service.Processes == 0 || fmt.Sprint(service.Security) != "[no-new-privileges:true]" {
			t.Errorf("%s has memory %q, processes %d, security %v", name, service.Memory, service.Processes, service.Security)
		}
		for _, port := range service.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s is published on %s", name, port)
			}
		}
	}
}

// The issuer for development is the only one whose keys come over plain HTTP unasked, and the broker wants a login.
func TestContainersTrustTheirOwn(t *testing.T) {
	t.Parallel()
	services := compose(t)
	api := services["api"].Environment
	issuer := strings.TrimSuffix(strings.TrimPrefix(api["AUTH_ISSUER"], "${AUTH_ISSUER:-"), "}")
	if want := "${AUTH_INSECURE_HTTP:-" + issuer + "}"; !strings.HasPrefix(issuer, "http://") || api["AUTH_INSECURE_HTTP"] != want {
		t.Errorf("AUTH_INSECURE_HTTP is %q, want %q", api["AUTH_INSECURE_HTTP"], want)
	}
	broker, address := services["nats"].Environment, services["projector"].Environment["NATS_URL"]
	if login := broker["NATS_USER"] + ":" + broker["NATS_PASSWORD"] + "@"; len(login) < 10 || !strings.HasPrefix(address, "nats://"+login) {
		t.Errorf("the broker has the login %q, and the projector %q", login, address)
	}
}
