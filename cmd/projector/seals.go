package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/internal/events/seal"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/internal/read"
)

// sealed is the log, with its seals and SEAL_KEY.
type sealed struct {
	pool  *pgxpool.Pool
	store *eventstore.Store
	key   string
}

// sealLog seals what comes, unless that is turned off.
func sealLog(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventstore.Store, logger *slog.Logger, registry prometheus.Registerer) error {
	if config.SealInterval == 0 {
		return nil
	}
	return seal.NewSealer(naming.Service, pool, store, config.SealInterval, logger, registry).Run(ctx)
}

// signingKey is the key that heads are signed with, nil if there is none.
func (s sealed) signingKey() (ed25519.PrivateKey, error) {
	if s.key == "" {
		return nil, nil
	}
	key, err := seal.ParseKey(s.key)
	if err != nil {
		return nil, fmt.Errorf("SEAL_KEY: %w", err)
	}
	return key, nil
}

var errChanged = errors.New("the log is not what was sealed")

// verify compares the whole log with its seals, and with a head that was kept elsewhere.
func verify(flags *flag.FlagSet) (check func([]string) error, do action) {
	asJSON := jsonFlag(flags)
	file := flags.String("head", "", "`file` with a head that was kept elsewhere")
	return nil, func(ctx context.Context, on operated, _ []string, out io.Writer) error {
		return verifyLog(ctx, on.sealed, *file, *asJSON, out)
	}
}

func verifyLog(ctx context.Context, on sealed, file string, asJSON bool, out io.Writer) error {
	kept, err := on.readHead(file)
	if err != nil {
		return err
	}
	started, watch := time.Now(), newProgress(os.Stderr)
	report, err := seal.Verify(ctx, naming.Service, on.pool, on.store, kept, func(position, of int64) {
		rate := float64(position) / time.Since(started).Seconds()
		watch.show(read.Progress{Position: position, Head: of, Rate: rate, Left: time.Duration(float64(of-position) / rate * float64(time.Second))})
	})
	if err := watch.end(err); err != nil {
		return err
	}
	if asJSON {
		err = writeJSON(out, report)
	} else {
		err = showReport(report, kept, out)
	}
	if len(report.Findings) > 0 {
		err = errors.Join(err, errChanged)
	}
	return err
}

func showReport(report seal.Report, kept *seal.Head, out io.Writer) error {
	for _, finding := range report.Findings {
		fmt.Fprintf(out, "position %d: %s\n", finding.Position, finding.What)
	}
	if len(report.Findings) == 0 {
		fmt.Fprintf(out, "positions 1 to %d are what was sealed", report.Head.Position)
		if kept != nil {
			fmt.Fprintf(out, ", and those to %d what the head that was kept says", kept.Position)
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprintf(out, "%d events are not sealed yet; the head is %x at position %d\n", report.Unsealed, []byte(report.Head.Hash), report.Head.Position)
	return err
}

// head prints the end of the chain, to be kept where nobody can change it.
func head(*flag.FlagSet) (check func([]string) error, do action) { return nil, printHead }

func printHead(ctx context.Context, on operated, _ []string, out io.Writer) error {
	key, err := on.sealed.signingKey()
	if err != nil {
		return err
	}
	newest, err := seal.NewestHead(ctx, on.sealed.pool)
	if err != nil {
		return err
	}
	if key != nil {
		newest = newest.Sign(naming.Service, key)
	}
	return json.NewEncoder(out).Encode(newest)
}

// readHead is the head in a file, nil for no file. If there is a key it must have signed it.
func (s sealed) readHead(file string) (*seal.Head, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file) //nolint:gosec // the path is the operator's
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	var kept seal.Head
	if err := json.Unmarshal(text, &kept); err != nil || kept.Position < 1 {
		return nil, fmt.Errorf("%s is not a head as `projector head` prints one", file)
	}
	key, err := s.signingKey()
	if err != nil || key == nil {
		return &kept, err
	}
	if public, ok := key.Public().(ed25519.PublicKey); !ok || kept.CheckSignature(naming.Service, public) != nil {
		return nil, fmt.Errorf("%s: %w", file, seal.ErrSignature)
	}
	return &kept, nil
}
