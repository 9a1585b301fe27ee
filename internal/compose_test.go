package internal_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// composed is a service of a compose file, with the settings that it merges from other entries.
type composed struct {
	Image       string            `yaml:"image"`
	Memory      string            `yaml:"mem_limit"`
	Processes   int               `yaml:"pids_limit"`
	Security    []string          `yaml:"security_opt"`
	Ports       []string          `yaml:"ports"`
	Environment map[string]string `yaml:"environment"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
	StopSignal string `yaml:"stop_signal"`
}

// compose parses docker-compose.yml, or the file that adds services for development.
func compose(t *testing.T, file string) map[string]composed {
	t.Helper()
	var parsed struct {
		Services map[string]composed `yaml:"services"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "../"+file)), &parsed); err != nil || len(parsed.Services) < 2 {
		t.Fatalf("%s: %d services: %v", file, len(parsed.Services), err)
	}
	return parsed.Services
}

const (
	base        = "docker-compose.yml"
	development = "docker-compose.override.yml"
)

// Every container has limits on memory and processes, can't gain rights, and publishes ports only
// on this machine.
func TestContainersAreBounded(t *testing.T) {
	t.Parallel()
	services := compose(t, base)
	for name, service := range compose(t, development) {
		if service.Image != "" { // a service without an image only adds settings to another one
			services[name] = service
		}
	}
	if len(services) < 7 {
		t.Fatalf("%d services", len(services))
	}
	for name, service := range services {
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

// By default only the issuer for development may deliver its keys over plain HTTP. The broker
// requires a login.
func TestContainersTrustTheirOwn(t *testing.T) {
	t.Parallel()
	services, added := compose(t, base), compose(t, development)
	api := added["api"].Environment
	issuer := strings.TrimSuffix(strings.TrimPrefix(api["AUTH_ISSUER"], "${AUTH_ISSUER:-"), "}")
	if want := "${AUTH_INSECURE_HTTP:-" + issuer + "}"; !strings.HasPrefix(issuer, "http://") || api["AUTH_INSECURE_HTTP"] != want {
		t.Errorf("AUTH_INSECURE_HTTP is %q, want %q", api["AUTH_INSECURE_HTTP"], want)
	}
	broker, address := services["nats"].Environment, services["projector"].Environment["NATS_URL"]
	if login := broker["NATS_USER"] + ":" + broker["NATS_PASSWORD"] + "@"; len(login) < 10 || !strings.HasPrefix(address, "nats://"+login) {
		t.Errorf("the broker has the login %q, and the projector %q", login, address)
	}
}

// Without the compose file for development, no service gives tokens to everybody, and the API
// trusts only a configured issuer.
func TestTheIssuerIsForDevelopmentAlone(t *testing.T) {
	t.Parallel()
	for name, service := range compose(t, base) {
		if name == "issuer" || strings.Contains(service.Image, "issuer") {
			t.Errorf("%s has a service %s with the image %s", base, name, service.Image)
		}
		for variable, value := range service.Environment {
			if strings.Contains(value, "issuer") || strings.HasPrefix(variable, "AUTH_") && variable != "AUTH_TOKEN_TYPES" && value != "${"+variable+":-}" {
				t.Errorf("%s sets %s of %s to %q", base, variable, name, value)
			}
		}
	}
	if issuer := compose(t, development)["issuer"]; issuer.Image == "" || issuer.Image == compose(t, base)["api"].Image {
		t.Errorf("development has an issuer of the image %q", issuer.Image)
	}
}

// The images have no shell and no curl, so each container runs its program with -healthcheck.
func TestContainersAreAskedWhetherTheyAreReady(t *testing.T) {
	t.Parallel()
	services := compose(t, base)
	for name, want := range map[string]string{"api": "[CMD /api -healthcheck]", "projector": "[CMD /projector -healthcheck]"} {
		if got := fmt.Sprint(services[name].Healthcheck.Test); got != want {
			t.Errorf("%s is asked by %s, want %s", name, got, want)
		}
	}
}

// A process that is about to end reports not ready for longer than the proxy needs to notice it.
// Because of that time, running requests end before the proxy ends.
func TestTheProxyDrains(t *testing.T) {
	t.Parallel()
	services, settings := compose(t, base), read(t, "../haproxy.cfg")
	pauses := regexp.MustCompile(`default-server inter (\w+) fastinter (\w+) fall 2 `).FindStringSubmatch(settings)
	if pauses == nil {
		t.Fatal("haproxy.cfg does not say how often it asks")
	}
	var notices time.Duration
	for _, pause := range pauses[1:] {
		notices += duration(t, pause)
	}
	if delay := duration(t, services["api"].Environment["DRAIN_DELAY"]); delay < 2*notices {
		t.Errorf("DRAIN_DELAY is %s, and the proxy notices within %s", delay, notices)
	}
	for _, want := range []string{"\n    mode tcp\n", "\n    option redispatch 1\n", "\n    maxconn ", "\n    nbthread ", "server-template api 16 api:8080 check port 8082\n", "uri /readyz "} {
		if !strings.Contains(settings, want) {
			t.Errorf("haproxy.cfg does not have %q", want)
		}
	}
	if services["proxy"].StopSignal != "SIGUSR1" || strings.Contains(settings, "shutdown-sessions") {
		t.Errorf("the proxy ends by %q, and cuts connections", services["proxy"].StopSignal)
	}
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The issuer's image listens on all interfaces, because a published port of a container can't reach
// a loopback address in it.
func TestTheIssuersImageIsReached(t *testing.T) {
	t.Parallel()
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(dockerfile), "\nENV ISSUER_ADDR=:8083\n") {
		t.Error("nobody reaches it in a container")
	}
}
