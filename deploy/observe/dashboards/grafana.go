package main

import "example.com/pgcqrs/internal/naming"

// dashboard is the part of Grafana's JSON model of a dashboard that these dashboards use.
type dashboard struct {
	UID     string   `json:"uid"`
	Title   string   `json:"title"`
	Tags    []string `json:"tags"`
	Schema  int      `json:"schemaVersion"`
	Refresh string   `json:"refresh"`
	Time    span     `json:"time"`
	Links   []link   `json:"links"`
	Panels  []panel  `json:"panels"`
}

type span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// link leads from a dashboard to the others with the same tag.
type link struct {
	Type     string   `json:"type"`
	Title    string   `json:"title"`
	Tags     []string `json:"tags"`
	KeepTime bool     `json:"keepTime"`
}

type panel struct {
	ID          int      `json:"id"`
	Type        string   `json:"type"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Place       place    `json:"gridPos"`
	Interval    string   `json:"interval,omitempty"`
	From        string   `json:"timeFrom,omitempty"`
	Source      *source  `json:"datasource,omitempty"`
	Fields      *fields  `json:"fieldConfig,omitempty"`
	Targets     []target `json:"targets,omitempty"`
	Within      []panel  `json:"panels,omitzero"` // of a row: Grafana wants a list, which is empty
}

type place struct {
	Height int `json:"h"`
	Width  int `json:"w"`
	X      int `json:"x"`
	Y      int `json:"y"`
}

type source struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type fields struct {
	Defaults struct {
		Unit   string `json:"unit"`
		Custom *style `json:"custom,omitempty"`
	} `json:"defaults"`
}

type style struct {
	Draw string `json:"drawStyle"`
	Fill int    `json:"fillOpacity"`
}

type target struct {
	ID       string `json:"refId"`
	Expr     string `json:"expr"`
	Legend   string `json:"legendFormat"`
	Format   string `json:"format,omitempty"`
	Instant  bool   `json:"instant,omitempty"`
	Exemplar bool   `json:"exemplar,omitempty"`
}

// prometheus is the data source of all panels, which ../grafana/datasources defines.
var prometheus = source{Type: "prometheus", UID: "prometheus"}

func newDashboard(uid, title string) dashboard {
	tags := []string{naming.Service}
	return dashboard{
		UID: uid, Title: title, Tags: tags, Schema: 39, Refresh: "30s", Time: span{From: "now-1h", To: "now"},
		Links: []link{{Type: "dashboards", Title: "Dashboards", Tags: tags, KeepTime: true}},
	}
}

// add adds a panel, and gives it a number.
func (d *dashboard) add(p panel) {
	p.ID = len(d.Panels) + 1
	d.Panels = append(d.Panels, p)
}
