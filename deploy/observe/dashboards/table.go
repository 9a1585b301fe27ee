package main

import (
	"errors"
	"fmt"
	"strings"

	"example.com/pgcqrs/internal/naming"
)

// Table describes one dashboard.
type Table struct {
	Title string
	Rows  []struct {
		Title  string
		Panels []Entry
	}
}

// Entry describes one panel of a Table.
type Entry struct {
	Title   string
	Says    string // one sentence that says what the panel shows
	Kind    string // "" (lines), days (a bar for each day), stat (one number) or table
	Unit    string
	Queries []struct{ Name, Query string }
}

const (
	wide  = 8 // of the 24 columns of a dashboard
	high  = 8
	whole = 24
)

// dashboard returns the dashboard of a Table. Three panels stand beside each other.
func (t Table) dashboard(name string) (dashboard, error) {
	d := newDashboard(naming.Service+"-"+name, t.Title)
	y := 0
	for _, row := range t.Rows {
		d.add(panel{Type: "row", Title: row.Title, Place: place{Height: 1, Width: whole, Y: y}, Within: []panel{}})
		y++
		for i, entry := range row.Panels {
			if i > 0 && i%(whole/wide) == 0 {
				y += high
			}
			p, err := entry.panel(place{Height: high, Width: wide, X: i % (whole / wide) * wide, Y: y})
			if err != nil {
				return d, fmt.Errorf("panel %s: %w", entry.Title, err)
			}
			d.add(p)
		}
		y += high
	}
	return d, nil
}

func (e Entry) panel(at place) (panel, error) {
	if e.Title == "" || e.Says == "" || e.Unit == "" || len(e.Queries) == 0 {
		return panel{}, errors.New("a title, a sentence, a unit or a query is missing")
	}
	p := panel{Type: "timeseries", Title: e.Title, Description: e.Says, Place: at, Source: &prometheus, Fields: &fields{}}
	p.Fields.Defaults.Unit = e.Unit
	switch e.Kind {
	case "":
	case "days":
		p.Interval, p.From = "1d", "30d"
		p.Fields.Defaults.Custom = &style{Draw: "bars", Fill: 60}
	case "stat", "table":
		p.Type = e.Kind
	default:
		return p, fmt.Errorf("kind %q", e.Kind)
	}
	for i, q := range e.Queries {
		p.Targets = append(p.Targets, e.target(string(rune('A'+i)), q.Name, q.Query))
	}
	return p, nil
}

// target returns a query of a panel. Lines over histograms also show exemplars, which lead to traces.
func (e Entry) target(id, name, query string) target {
	t := target{ID: id, Expr: query, Legend: name, Exemplar: e.Kind == "" && strings.Contains(query, "_bucket")}
	switch e.Kind {
	case "stat":
		t.Instant = true
	case "table":
		t.Instant, t.Format = true, "table"
	}
	return t
}
