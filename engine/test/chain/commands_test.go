package chain_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg/role"
)

// keyPair returns the environment variables CHAIN_KEY and CHAIN_PUBLIC_KEY. Their values are a new
// key pair, in the format that openssl writes.
func keyPair(t *testing.T) (private, public string) {
	t.Helper()
	publicKey, privateKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a, err := x509.MarshalPKCS8PrivateKey(privateKey)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKIXPublicKey(publicKey)
	if err != nil {
		t.Fatal(err)
	}
	return "CHAIN_KEY=" + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: a})),
		"CHAIN_PUBLIC_KEY=" + string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: b}))
}

// operator runs commands of the program ops, as the operator of a service would.
type operator struct {
	t            *testing.T
	program, url string
}

func (o operator) run(environment []string, args ...string) (out, said string, code int) {
	o.t.Helper()
	command := exec.CommandContext(o.t.Context(), o.program, args...)
	command.Env = append([]string{"DATABASE_URL=" + o.url}, environment...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		o.t.Fatal(err)
	}
	return stdout.String(), stderr.String(), command.ProcessState.ExitCode()
}

// file writes a signed hash of the chain (a head) to a file outside of the database, and returns
// the path of the file.
func (o operator) file(head string) string {
	o.t.Helper()
	path := filepath.Join(o.t.TempDir(), "head.json")
	if err := os.WriteFile(path, []byte(head), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// The command "ops chain head" compares the log with the hash chain, and signs the last hash only
// if it finds no difference. The command "ops chain verify" accepts a signed hash only if the
// public key verifies the signature.
func TestHeadsOfTheProgram(t *testing.T) {
	t.Parallel()
	o := operator{t, filepath.Join(t.TempDir(), "ops"), testdb.New(t)}
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", o.program, "./ops").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	owner := rig.Connect(t, o.url)
	pool := rig.Connect(t, testdb.As(t, o.url, role.Projector))
	private, public := keyPair(t)
	_, others := keyPair(t)
	if out, said, code := o.run([]string{private}, "chain", "head"); code != 1 || out != "" || !strings.Contains(said, "no event is linked") {
		t.Errorf("of an empty log: %d %q %q", code, out, said)
	}
	stop := await.Background(t, chain.NewLinker("tank", pool, store(pool), 20*time.Millisecond, slog.New(slog.DiscardHandler), prometheus.NewRegistry()).Run)
	fill(t, owner, 0, 100)
	linkedUpTo(t, owner, 100)
	first, said, code := o.run([]string{private}, "chain", "head")
	if code != 0 {
		t.Fatal(said)
	}
	fill(t, owner, 100, 200)
	linkedUpTo(t, owner, 200)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	head := func(change func(h *chain.Head)) string {
		var h chain.Head
		if err := json.Unmarshal([]byte(first), &h); err != nil {
			t.Fatal(err)
		}
		change(&h)
		text, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		return o.file(string(text))
	}
	kept := o.file(first)
	unsigned := head(func(h *chain.Head) { h.Signature = nil })
	forged := head(func(h *chain.Head) { h.Hash[0]++ })
	steps := func(changed bool) {
		t.Helper()
		differs := map[bool]int{true: 1}[changed]
		for name, test := range map[string]struct {
			environment []string
			args        []string
			code        int
			says        string
		}{
			"verify":                           {nil, []string{"chain", "verify"}, differs, ""},
			"verify a head":                    {[]string{public}, []string{"chain", "verify", "-head", kept}, differs, ""},
			"verify a head by the private key": {[]string{private}, []string{"chain", "verify", "-head", kept}, differs, ""},
			"verify a head by no key":          {nil, []string{"chain", "verify", "-head", kept}, 1, "CHAIN_PUBLIC_KEY is not set"},
			"verify a head by another key":     {[]string{others, private}, []string{"chain", "verify", "-head", kept}, 1, chain.ErrSignature.Error()},
			"verify a head by half a key":      {[]string{"CHAIN_PUBLIC_KEY=" + strings.TrimPrefix(private, "CHAIN_KEY=")}, []string{"chain", "verify", "-head", kept}, 1, "CHAIN_PUBLIC_KEY: it must be"},
			"verify an unsigned head":          {[]string{public}, []string{"chain", "verify", "-head", unsigned}, 1, "it has none"},
			"verify a forged head":             {[]string{public}, []string{"chain", "verify", "-head", forged}, 1, chain.ErrSignature.Error()},
			"sign":                             {[]string{private}, []string{"chain", "head"}, differs, ""},
			"sign since a head":                {[]string{private}, []string{"chain", "head", "-since", kept}, 0, "positions 1 to 100 were not looked at"},
			"sign since a head, by a new key":  {[]string{private, public}, []string{"chain", "head", "-since", kept}, 0, "positions 1 to 100 were not looked at"},
			"sign since a forged head":         {[]string{private}, []string{"chain", "head", "-since", forged}, 1, chain.ErrSignature.Error()},
			"sign by the public key":           {[]string{public}, []string{"chain", "head"}, 1, "CHAIN_KEY is not set"},
		} {
			out, said, code := o.run(test.environment, test.args...)
			if code != test.code || !strings.Contains(said, test.says) {
				t.Errorf("%s, changed %v: %d %q %q, want %d and %q", name, changed, code, out, said, test.code, test.says)
			}
			if test.args[1] == "head" && (out != "") != (code == 0) {
				t.Errorf("%s, changed %v: it prints %q", name, changed, out)
			}
		}
	}
	steps(false)
	tamper(t, owner, `UPDATE events SET data = '{}' WHERE position = 50`)
	steps(true)
	tamper(t, owner, `UPDATE events SET data = '{}' WHERE position = 150`)
	if out, said, code := o.run([]string{private}, "chain", "head", "-since", kept); code != 1 || out != "" || !strings.Contains(said, "position 150: ") {
		t.Errorf("a log that was changed since is signed: %d %q %q", code, out, said)
	}
	tamper(t, owner, `DELETE FROM chain_links`, `UPDATE events SET recorded_at = recorded_at - interval '1 hour'`)
	if out, _, code := o.run(nil, "chain", "verify"); code != 1 || !strings.Contains(out, "there are no links") {
		t.Errorf("a log without links: %d %q", code, out)
	}
}
