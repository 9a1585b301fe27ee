package internal_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"example.com/pgcqrs/internal/naming"
)

const (
	observe    = "../deploy/observe/"
	dataSource = observe + "grafana/datasources/datasources.yaml"
)

// units lists the units of Grafana that the dashboards use.
var units = []string{"short", "s", "bytes", "Bps", "percentunit", "cps", "ops", "reqps"}

// grafana is the part of a dashboard of Grafana that these tests check.
type grafana struct {
	UID    string
	Title  string
	Tags   []string
	Panels []struct {
		ID                       int
		Type, Title, Description string
		GridPos                  struct{ X, Y, W, H int }
		Datasource               struct{ Type, UID string }
		FieldConfig              struct{ Defaults struct{ Unit string } }
		Targets                  []struct{ RefID, Expr, LegendFormat string }
	}
}

func dashboards(t *testing.T) map[string]grafana {
	t.Helper()
	files, err := filepath.Glob(observe + "grafana/dashboards/*.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d dashboards: %v", len(files), err)
	}
	found := make(map[string]grafana)
	for _, file := range files {
		var d grafana
		if err := json.Unmarshal([]byte(read(t, file)), &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[filepath.Base(file)] = d
	}
	return found
}

// sources returns the types of the data sources that Grafana gets, by their uids.
func sources(t *testing.T) map[string]string {
	t.Helper()
	var file struct{ Datasources []struct{ UID, Type string } }
	if err := yaml.Unmarshal([]byte(read(t, dataSource)), &file); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for _, source := range file.Datasources {
		found[source.UID] = source.Type
	}
	return found
}

// Each dashboard has its own uid, of at most 40 characters, which is the limit of Grafana. Each panel
// has a title, a unit, a description of one sentence, and queries of a data source that Grafana gets.
func TestDashboardsAreComplete(t *testing.T) {
	t.Parallel()
	uids, types := make(map[string]string), sources(t)
	for file, d := range dashboards(t) {
		if other, taken := uids[d.UID]; taken || d.UID == "" || len(d.UID) > 40 || d.Title == "" || !slices.Equal(d.Tags, []string{naming.Service}) {
			t.Errorf("%s has the uid %q (also in %q), the title %q and the tags %q", file, d.UID, other, d.Title, d.Tags)
		}
		uids[d.UID] = file
		ids := make(map[int]bool)
		for _, p := range d.Panels {
			if ids[p.ID] || p.Title == "" {
				t.Errorf("%s: panel %d (%s) is there twice, or has no title", file, p.ID, p.Title)
			}
			ids[p.ID] = true
			if p.Type == "row" {
				continue
			}
			if !strings.HasSuffix(p.Description, ".") || strings.Contains(p.Description, ". ") || !slices.Contains(units, p.FieldConfig.Defaults.Unit) {
				t.Errorf("%s: %s has the unit %q, and this is not one sentence: %q", file, p.Title, p.FieldConfig.Defaults.Unit, p.Description)
			}
			if len(p.Targets) == 0 || p.Datasource.Type != "prometheus" || types[p.Datasource.UID] != p.Datasource.Type {
				t.Errorf("%s: %s has %d queries of the data source %v", file, p.Title, len(p.Targets), p.Datasource)
			}
			for _, target := range p.Targets {
				if target.RefID == "" || target.Expr == "" || target.LegendFormat == "" {
					t.Errorf("%s: %s has the query %+v", file, p.Title, target)
				}
			}
		}
	}
}

// No panel covers another one, and none reaches beyond the 24 columns of a dashboard.
func TestPanelsDoNotOverlap(t *testing.T) {
	t.Parallel()
	for file, d := range dashboards(t) {
		taken := make(map[[2]int]string)
		for _, p := range d.Panels {
			at := p.GridPos
			if at.W < 1 || at.H < 1 || at.X < 0 || at.X+at.W > 24 {
				t.Errorf("%s: %s is at %+v", file, p.Title, at)
			}
			for x := at.X; x < at.X+at.W; x++ {
				for y := at.Y; y < at.Y+at.H; y++ {
					if other := taken[[2]int{x, y}]; other != "" {
						t.Fatalf("%s: %s covers %s", file, p.Title, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
		}
	}
}

// An exemplar's label must have the name that the programs give it, and must lead to a data source
// that Grafana gets.
func TestExemplarsLeadToTraces(t *testing.T) {
	t.Parallel()
	var file struct {
		Datasources []struct {
			UID      string
			JSONData struct {
				Exemplars []struct {
					Name          string
					DatasourceUID string `yaml:"datasourceUid"`
				} `yaml:"exemplarTraceIdDestinations"`
			} `yaml:"jsonData"`
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, dataSource)), &file); err != nil {
		t.Fatal(err)
	}
	types, leads := sources(t), 0
	for _, source := range file.Datasources {
		for _, to := range source.JSONData.Exemplars {
			leads++
			if types[to.DatasourceUID] != "tempo" || inTheTemplate() && !strings.Contains(read(t, "../engine/tracing/exemplar.go"), `prometheus.Labels{"`+to.Name+`": `) {
				t.Errorf("the label %s of an exemplar leads to %q", to.Name, to.DatasourceUID)
			}
		}
	}
	if leads != 1 {
		t.Errorf("%d labels of exemplars lead to traces", leads)
	}
}

// Prometheus must request the metrics of each program at the port that the image sets, and must find
// the other service at the port that its comment names. Each file that a container mounts must exist.
func TestTheProfileObserveFitsTogether(t *testing.T) {
	t.Parallel()
	scrapes, image := read(t, observe+"prometheus.yml"), read(t, "../Dockerfile")
	for variable, service := range map[string]string{"API_OPS_ADDR": "api", "PROJECTOR_ADDR": "projector"} {
		port := regexp.MustCompile(variable + `=:(\d+)`).FindStringSubmatch(image)
		if port == nil || !strings.Contains(scrapes, "names: ["+service+"], type: A, port: "+port[1]+",") {
			t.Errorf("Prometheus does not scrape %s at the port of %s, %v", service, variable, port)
		}
	}
	var file struct {
		Services map[string]struct {
			Profiles []string
			Volumes  []string
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../"+base)), &file); err != nil {
		t.Fatal(err)
	}
	var observed []string
	for name, service := range file.Services {
		if slices.Contains(service.Profiles, "observe") {
			observed = append(observed, name)
		}
		for _, volume := range service.Volumes {
			from, _, _ := strings.Cut(volume, ":")
			if _, err := os.Stat("../" + from); strings.HasPrefix(from, ".") && err != nil {
				t.Errorf("%s mounts %s: %v", name, from, err)
			}
		}
	}
	for _, url := range regexp.MustCompile(`http://([a-z-]+):|targets: \["([a-z-]+):`).FindAllStringSubmatch(read(t, dataSource)+scrapes, -1) {
		if name := url[1] + url[2]; !slices.Contains(observed, name) {
			t.Errorf("%s is no service of the profile observe, which has %v", name, observed)
		}
	}
}
