package env

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kelseyhightower/envconfig"
)

func TestLoadTakesDefaultsTheEnvironmentAndFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(path, []byte("\ufeffpostgres://from-a-file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("T_URL_FILE", path)
	t.Setenv("T_COUNT", "3")
	var got struct{ Sample }
	if err := Load(&got, envconfig.Process); err != nil {
		t.Fatal(err)
	}
	if want := (Sample{URL: "postgres://from-a-file", Count: 3, Pause: 10 * time.Second, Form: "json"}); got.Sample != want {
		t.Errorf("got %+v", got.Sample)
	}
	if _, left := os.LookupEnv("T_URL"); left {
		t.Error("the secret stayed in the environment")
	}
}

// LoadOnly ignores all variables that it was not asked for, even if their values are wrong.
func TestLoadOnlyLooksAtNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "form")
	if err := os.WriteFile(path, []byte("text\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("T_URL", "") // Load requires T_URL
	t.Setenv("T_COUNT", "none")
	load := func() (string, error) {
		var got struct{ Sample }
		err := LoadOnly(&got, "T_FORM")
		form := got.Form
		if got.Form = ""; got.Sample != (Sample{}) {
			t.Errorf("it has set other fields: %+v", got.Sample)
		}
		return form, err
	}
	for _, c := range []struct{ variable, value, want, refused string }{
		{"T_FORM", "", "json", ""},
		{"T_FORM", "text", "text", ""},
		{"T_FORM", "xml", "xml", "T_FORM must be one of"},
		{"T_FORM_FILE", path, "text", ""},
		{"T_FORM_FILE", "/no/such/file", "", "read the file that T_FORM_FILE names"},
	} {
		t.Setenv("T_FORM", "")
		t.Setenv(c.variable, c.value)
		got, err := load()
		if got != c.want || (err == nil) != (c.refused == "") || err != nil && !strings.HasPrefix(err.Error(), c.refused) {
			t.Errorf("%s=%s: got %q, %v", c.variable, c.value, got, err)
		}
	}
}

func TestLoadNamesTheVariableAndNeverItsValue(t *testing.T) {
	for name, test := range map[string]struct {
		environment map[string]string
		want        string
	}{
		"not set":          {map[string]string{"T_URL": ""}, "T_URL is not set: Where it is. Set it, or T_URL_FILE, to a value like postgres://"},
		"no number":        {map[string]string{"T_COUNT": "hunter2"}, "T_COUNT can't be understood: it must be a whole number"},
		"no duration":      {map[string]string{"T_PAUSE": "hunter2"}, "T_PAUSE can't be understood: it must be a duration, like 500ms"},
		"no level":         {map[string]string{"T_LEVEL": "hunter2"}, "T_LEVEL can't be understood: it must be like info"},
		"too few":          {map[string]string{"T_COUNT": "1"}, "T_COUNT must be at least 2"},
		"too short":        {map[string]string{"T_PAUSE": "1ms"}, "T_PAUSE must be at least 100ms"},
		"none of the list": {map[string]string{"T_FORM": "hunter2"}, "T_FORM must be one of: json, text"},
		"both at once":     {map[string]string{"T_URL_FILE": "/hunter2"}, "T_URL and T_URL_FILE are both set"},
		"a missing file":   {map[string]string{"T_URL": "", "T_URL_FILE": "/no/such/file"}, "read the file that T_URL_FILE names"},
		"a password cut":   {map[string]string{"T_URL": "postgres://u:a/hunter2@host/db"}, "T_URL has an @ behind"},
		"two at once":      {map[string]string{"T_FORM": "xml", "T_COUNT": "1"}, "T_COUNT must be at least 2\nT_FORM must be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("T_URL", "postgres://hunter2")
			for name, value := range test.environment {
				t.Setenv(name, value)
			}
			err := Load(&struct{ Sample }{}, envconfig.Process)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

// CheckURL rejects a URL whose password has an unescaped character. Otherwise a parser would report
// a part of the password as a host, a port or a database.
func TestURLWithAPasswordThatIsNotEscaped(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{
		"postgres://u:p@ss/word@h/db", "postgres://u:12/34@h/db", "postgres://u:12#34@h/db", "postgres://u:12?34@h/db", "postgres://h/db?password=a@b",
		"nats://u:12/34@h:4222", "nats://a:b@h1,nats://u:12/34@h2", "u:12/34@h:4222", "http://u:12/34@h:8222",
		"postgres://u:p@ss@h:1/db", "postgres://u:p@ss@h:1,h2:2/db", "postgres://u@x:pass@h", "nats://u:p@ss@h:4222", "nats://a:b@h1,nats://u:p@ss@h2",
	} {
		if err := CheckURL("X_URL", wrong); err == nil || !strings.HasPrefix(err.Error(), "X_URL has ") || strings.Contains(err.Error(), "ss@") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	for _, right := range []string{
		"", "postgres://h/db", "postgres://u:p@h/db?sslmode=disable", "postgres://u:p%40%2F@h/a%40b", "host=h password=a/b@c",
		"nats://u:p@h1:4222,nats://u:p@h2:4222", "u:p@h:4222", "hunter2",
	} {
		if err := CheckURL("X_URL", right); err != nil {
			t.Errorf("%s: %v", right, err)
		}
	}
}

// Sample is exported because envconfig sets exported fields only.
type Sample struct {
	URL   string        `envconfig:"T_URL" url:"true" required:"true" example:"postgres://u:p@host/db" desc:"Where it is."`
	Count int32         `envconfig:"T_COUNT" default:"8" min:"2" desc:"How many."`
	Pause time.Duration `envconfig:"T_PAUSE" default:"10s" min:"100ms" desc:"How long."`
	Form  string        `envconfig:"T_FORM" default:"json" oneof:"json,text" desc:"Which form."`
	Level slog.Level    `envconfig:"T_LEVEL" default:"info" desc:"How much is said." example:"info"`
}

func TestTableDescribesEveryVariable(t *testing.T) {
	t.Parallel()
	want := `| Variable | Default | Meaning |
|---|---|---|
| ` + "`T_URL` | required | Where it is. |" + `
| ` + "`T_COUNT` | `8` | How many. |" + `
| ` + "`T_PAUSE` | `10s` | How long. |" + `
| ` + "`T_FORM` | `json` | Which form. |" + `
| ` + "`T_LEVEL` | `info` | How much is said. |" + `
`
	if got := Table(&struct{ Sample }{}); got != want {
		t.Errorf("got\n%s", got)
	}
}
