package stack

import (
	"fmt"
	"strings"
	"time"

	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/port"
)

// tokens returns the text that says where the developer gets a token.
func (s *stack) tokens() string {
	switch {
	case s.open:
		return "none is needed (AUTH=off)"
	case s.issuerURL == "":
		return "from the issuer that AUTH_ISSUER names"
	}
	return s.issuerURL + "/tokens/ada  gives a token for ada to whoever asks"
}

// console returns the link that logs in to the console.
func (s *stack) console() string {
	if s.link == "" {
		return "it has not started"
	}
	return s.link + "  works once; ops prints the next one"
}

func (s *stack) banner(data string, took time.Duration) {
	databaseURL := s.ownerURL
	if s.given {
		databaseURL = "the one that DATABASE_URL names"
	}
	api := "http://" + port.Browsable(s.addresses["api"])
	text := banner
	text = strings.ReplaceAll(text, "{tried}", s.tried())
	fmt.Print(strings.NewReplacer(
		"{tokens}", s.tokens(), "{without}", s.leftOut(), "{issuer}", s.issuerURL,
		"{probes}", "http://"+port.Browsable(s.probes), "{took}", fmt.Sprintf("%.1f s", took.Seconds()), "{api}", api, "{database}", databaseURL, "{nats}", s.natsURL,
		"{console}", s.console(), "{projector}", "http://"+port.Browsable(s.addresses["projector"]), "{data}", data).Replace(text))
}

const banner = `
  Ready, {took} after the build.

  API         {api}/
  docs        {api}/docs
  tokens      {tokens}
  probes      {probes}/readyz  and /metrics, of the API
  projector   {projector}/readyz  and /metrics
  console     {console}
  NATS        {nats}
  database    {database}
  data        {data}
{without}
{tried}
  Ctrl-C ends all of it.

`

// leftOut returns the text that says how the developer starts the programs that dev does not start.
func (s *stack) leftOut() string {
	var text strings.Builder
	for _, name := range s.without {
		path := s.environmentFile(name)
		fmt.Fprintf(&text, "\n  left out    %s: start it with (set -a; . %s; go run ./cmd/%s)\n"+
			"              or in a debugger; for VS Code: \"program\": \"${workspaceFolder}/cmd/%[1]s\", \"envFile\": \"%[4]s\"\n", name, environment.Quoted(path), name, path)
	}
	return text.String()
}
