package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines"
	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
)

// compare runs the benchmarks on this machine and prints their report.
func compare(ctx context.Context, f flags) error {
	watcher := newWatcher("")
	found, err := baselines.Run(ctx, lab.Options{
		Data: f.data, Server: f.database, Only: f.only, Rounds: f.rounds, Big: f.big, Before: f.before,
		Duration: cmp.Or(f.duration, 5*time.Second), Warmup: f.warmup, Accounts: f.accounts,
		Progress: watcher.show,
		Say: func(text string) {
			watcher.clear()
			fmt.Fprintln(os.Stderr, text)
		},
	})
	watcher.clear()
	if found == nil || len(found.Rows) == 0 {
		return err
	}
	fmt.Print("\n" + found.Table())
	return errors.Join(err, keep(f, found))
}

// keep writes the results to the files that the flags name. If a file already has results of other
// benchmarks, keep leaves these results in the file.
func keep(f flags, found *findings.Report) error {
	if f.out != "" {
		if err := keepIn(f.out, found); err != nil {
			return err
		}
	}
	if f.json != "" {
		if err := saveJSON(f.json, found); err != nil {
			return err
		}
	}
	for _, name := range f.documents {
		document, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read document: %w", err)
		}
		text, err := found.Into(string(document))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := saveFile(name, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

func keepIn(dir string, found *findings.Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	path := filepath.Join(dir, "report.json")
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read earlier report: %w", err)
	}
	if err == nil {
		var earlier findings.Report
		if err := json.Unmarshal(content, &earlier); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		baselines.Join(found, &earlier)
	}
	pictures, err := baselines.Pictures(found)
	if err != nil {
		return err
	}
	for name, picture := range pictures {
		if err := saveFile(filepath.Join(dir, name), []byte(picture)); err != nil {
			return err
		}
	}
	return saveJSON(path, found)
}
