package chainverbs

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/chain/verify"
	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection/rebuild/catchup"
)

// chained is the type verb.Chained, to which this package adds the methods of its subcommands.
// verb.Chained has the log, its chain and the keys.
type chained verb.Chained

// signingKey returns the key that signs heads (last hashes), or nil if CHAIN_KEY is not set.
func (s chained) signingKey() (ed25519.PrivateKey, error) {
	if s.Key == "" {
		return nil, nil
	}
	key, err := chain.ParseKey(s.Key)
	if err != nil {
		return nil, fmt.Errorf("CHAIN_KEY: %w", err)
	}
	return key, nil
}

// checkingKey returns the key that verifies the signatures of heads (last hashes of the chain).
// This key is CHAIN_PUBLIC_KEY or, if CHAIN_PUBLIC_KEY is not set, the public half of CHAIN_KEY.
func (s chained) checkingKey() (ed25519.PublicKey, error) {
	if s.PublicKey != "" {
		key, err := chain.ParsePublicKey(s.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("CHAIN_PUBLIC_KEY: %w", err)
		}
		return key, nil
	}
	key, err := s.signingKey()
	if err != nil {
		return nil, err
	}
	if key == nil {
		return nil, errors.New("CHAIN_PUBLIC_KEY is not set: whether a head was signed can't be checked. `openssl pkey -pubout` prints it of the key that heads are signed with")
	}
	public, _ := key.Public().(ed25519.PublicKey)
	return public, nil
}

// readHead reads a head, which is the last hash of the chain, from a file and checks its signature.
// If the file name is empty, readHead returns nil.
func (s chained) readHead(file string) (*chain.Head, error) {
	if file == "" {
		return nil, nil
	}
	key, err := s.checkingKey()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file) //nolint:gosec // the operator chooses the path
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	var kept chain.Head
	if err := json.Unmarshal(text, &kept); err != nil || kept.Position < 1 {
		return nil, fmt.Errorf("%s is not a head as `ops chain head` prints one", file)
	}
	if err := kept.CheckSignature(s.Service, key); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &kept, nil
}

// verify compares the log with its chain and shows the progress. The parameter kept is a head (a
// last hash of the chain) that was stored outside of the database, or nil. If since is true, verify
// skips the events before that head.
func (s chained) verify(ctx context.Context, kept *chain.Head, since bool) (verify.Report, error) {
	started, watch := time.Now(), output.NewProgress(os.Stderr)
	var from int64
	if since {
		from = kept.Position
	}
	report, err := verify.Chain(ctx, s.Service, s.Pool, s.Store, verify.Scope{Kept: kept, Since: since, Late: s.Late}, func(position, of int64) {
		rate := float64(position-from) / time.Since(started).Seconds()
		watch.Show(catchup.Progress{Position: position, Head: of, Rate: rate, Left: time.Duration(float64(of-position) / max(rate, 1) * float64(time.Second))})
	})
	return report, watch.End(err)
}

var errChanged = errors.New("the log is not what its chain says")

// Verify returns the action of ops chain verify. The action compares the whole log with its chain,
// and with a head (a last hash) that was stored outside of the database.
func Verify(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	asJSON := verb.JSONFlag(flags)
	file := flags.String("head", "", "`file` with a head that was kept elsewhere, signed: CHAIN_PUBLIC_KEY checks it")
	return nil, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		return verifyLog(ctx, chained(on.Chained), *file, *asJSON, out)
	}
}

func verifyLog(ctx context.Context, on chained, file string, asJSON bool, out io.Writer) error {
	kept, err := on.readHead(file)
	if err != nil {
		return err
	}
	report, err := on.verify(ctx, kept, false)
	if err != nil {
		return err
	}
	if asJSON {
		err = output.JSON(out, report)
	} else {
		err = showReport(report, kept, out)
	}
	if len(report.Findings) > 0 {
		err = errors.Join(err, errChanged)
	}
	return err
}

func showReport(report verify.Report, kept *chain.Head, out io.Writer) error {
	showFindings(report, out)
	if len(report.Findings) == 0 && report.Head.Position > 0 {
		fmt.Fprintf(out, "positions 1 to %d are what the chain says", report.Head.Position)
		if kept != nil {
			fmt.Fprintf(out, ", and those to %d what the head that was kept says", kept.Position)
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprintf(out, "%d events are not linked yet; the head is %x at position %d\n", report.Unlinked, []byte(report.Head.Hash), report.Head.Position)
	return err
}

func showFindings(report verify.Report, out io.Writer) {
	for _, finding := range report.Findings {
		fmt.Fprintf(out, "position %d: %s\n", finding.Position, finding.What)
	}
}

// Head returns the action of ops chain head. The action compares the log with its chain and prints
// the signed head (the last hash). The operator stores this head where nobody can change it.
func Head(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	_ = verb.JSONFlag(flags) // a head is always JSON
	file := flags.String("since", "", "`file` with an earlier head, signed: what is before it is not looked at again")
	return nil, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		return printHead(ctx, chained(on.Chained), *file, out)
	}
}

func printHead(ctx context.Context, on chained, file string, out io.Writer) error {
	key, err := on.signingKey()
	if err != nil {
		return err
	}
	if key == nil {
		return errors.New("CHAIN_KEY is not set: a head that nobody has signed proves nothing. `openssl genpkey -algorithm ed25519` makes a key")
	}
	since, err := on.readHead(file)
	if err != nil {
		return err
	}
	report, err := on.verify(ctx, since, since != nil)
	if err != nil {
		return err
	}
	switch {
	case len(report.Findings) > 0:
		showFindings(report, os.Stderr)
		return fmt.Errorf("%w: no head is signed", errChanged)
	case report.Head.Position == 0:
		return errors.New("no event is linked yet: there is no head")
	case report.Since > 0:
		fmt.Fprintf(os.Stderr, "positions 1 to %d were not looked at: %s speaks for them\n", report.Since, file)
	}
	return json.NewEncoder(out).Encode(report.Head.Sign(on.Service, key))
}
