package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/drive/mixes"
	"example.com/pgcqrs/tools/lab/load/report"
)

// load puts a mix (a named kind of load) on a running service. If the flags name rates, load does
// so once for each rate, and otherwise once in a closed loop.
func load(ctx context.Context, f flags) error {
	mix, ok := mixes.Of(f.mix)
	if !ok {
		return fmt.Errorf("there is no mix %s; there are:\n%s", f.mix, listed())
	}
	accounts, err := prepare(ctx, f, mix)
	if err != nil {
		return err
	}
	rates := f.rates
	if len(rates) == 0 {
		rates = []float64{0}
	}
	var runs []*measure.Result
	for _, rate := range rates {
		watcher := newWatcher(mix.Name)
		result, err := drive.Run(ctx, drive.Plan{
			URLs: f.urls, Name: mix.Name, Step: mix.On(accounts), Clients: f.clients, Rate: rate, Duration: f.duration,
			Count: f.count, Warmup: f.warmup, Timeout: f.timeout, Seed: 1, Progress: watcher.show,
		})
		watcher.clear()
		if err != nil {
			return err
		}
		fmt.Print(report.Table(result))
		runs = append(runs, result)
		if ctx.Err() != nil {
			break // after Ctrl-C, the figures up to then are valid
		}
	}
	if err := save(f, runs); err != nil {
		return err
	}
	return worked(runs)
}

// prepare opens the accounts. If the load reads accounts, prepare also waits until the read model
// contains the accounts.
func prepare(ctx context.Context, f flags, mix mixes.Mix) (*mixes.Accounts, error) {
	accounts := mixes.NewAccounts(1, f.accounts)
	watcher := newWatcher("open accounts")
	position, err := accounts.Open(ctx, f.urls[0], watcher.show)
	watcher.clear()
	if err != nil {
		return nil, fmt.Errorf("%w (is the service running without tokens? AUTH=off go run ./cmd/dev run)", err)
	}
	if mix.Reads {
		err = mixes.AwaitReadable(ctx, f.urls[0], accounts, position)
	}
	return accounts, err
}

func worked(runs []*measure.Result) error {
	for _, r := range runs {
		for _, p := range r.Parts {
			if p.Count > 0 {
				return nil
			}
		}
	}
	return errors.New("no request succeeded")
}

func save(f flags, runs []*measure.Result) error {
	if f.json != "" {
		if err := saveJSON(f.json, map[string]any{"runs": runs}); err != nil {
			return err
		}
	}
	if f.plot == "" {
		return nil
	}
	subtitle := fmt.Sprintf("%s · %s · %s", shapes(runs), strings.Join(f.urls, " "), runs[0].Started.Format("2 January 2006 15:04"))
	picture, err := report.Curves("Load: "+f.mix, subtitle, report.Lines(runs))
	if err != nil {
		return err
	}
	return saveFile(f.plot, []byte(picture))
}

func shapes(runs []*measure.Result) string {
	var all []string
	for _, r := range runs {
		all = append(all, report.Shape(r))
	}
	return strings.Join(all, " · ")
}

func saveJSON(path string, value any) error {
	content, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	return saveFile(path, append(content, '\n'))
}

func saveFile(path string, content []byte) error {
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	return nil
}
