package report

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
	"text/template"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
)

//go:embed curves.svg.tmpl
var curvesSource string

var curvesTemplate = template.Must(template.New("curves").Funcs(template.FuncMap{"text": escaped}).Parse(curvesSource))

// Line is one line of a picture: the measurements of one part (kind of request) of a run.
type Line struct {
	Name string
	Part measure.Part
}

// Lines returns the lines of a picture: one line for each part (kind of request) of each run.
func Lines(runs []*measure.Result) (lines []Line) {
	for _, r := range runs {
		for _, p := range r.Parts {
			name := p.Name
			if len(runs) > 1 {
				name += ", " + Shape(r)
			}
			lines = append(lines, Line{name, p})
		}
	}
	return lines
}

// Curves returns an SVG picture that shows the latency by percentile, and beside it the throughput
// over time.
func Curves(title, subtitle string, lines []Line) (string, error) {
	if len(lines) > len(colors) {
		lines = lines[:len(colors)]
	}
	left := panel{X: 76, Y: 0, W: 470, H: 300}
	right := panel{X: 652, Y: 0, W: 470, H: 300}
	d := drawing{
		Title: title, Subtitle: subtitle, Height: 508 + 22*len(lines), Card: 507 + 22*len(lines),
		Left: latencyPanel(left, lines), Right: timelinePanel(right, lines),
	}
	for i, l := range lines {
		d.Legend = append(d.Legend, legend{
			Color: colors[i], Name: l.Name, Y: 22 * i,
			Figures: []string{
				Number(l.Part.PerSecond) + "/s", Number(l.Part.Latency.P50) + " ms",
				Number(l.Part.Latency.P99) + " ms", Number(l.Part.Latency.P999) + " ms",
			},
		})
	}
	var out strings.Builder
	if err := curvesTemplate.Execute(&out, d); err != nil {
		return "", fmt.Errorf("draw curves: %w", err)
	}
	return out.String(), nil
}

// colors lists colours that people with colour blindness can distinguish, too.
var colors = []string{"#2f6fde", "#e2711d", "#17936a", "#8a4fd3", "#c2255c", "#62717f"}

type drawing struct {
	Title, Subtitle string
	Height, Card    int
	Left, Right     panel
	Legend          []legend
}

type legend struct {
	Color, Name string
	Y           int
	Figures     []string
}

// panel is a pair of axes with curves.
type panel struct {
	X, Y, W, H     float64
	XTicks, YTicks []tick
	Curves         []curve
}

type tick struct {
	At    float64
	Label string
}

type curve struct{ Color, Path, Area string }

// path returns the SVG path through points in the panel's coordinates.
func path(points [][2]float64) string {
	var out strings.Builder
	for i, p := range points {
		out.WriteString(map[bool]string{true: "M", false: "L"}[i == 0])
		fmt.Fprintf(&out, "%.1f %.1f", p[0], p[1])
	}
	return out.String()
}

// latencyPanel returns a panel with the percentile on the horizontal axis and the latency on a
// logarithmic vertical axis. On the horizontal axis, the distance from 90 % to 99 % is the same as
// from 99 % to 99.9 %, and so on.
func latencyPanel(p panel, lines []Line) panel {
	low, high, nines := math.Inf(1), 0.0, 1.0
	for _, l := range lines {
		for _, point := range shown(l) {
			low, high = min(low, point.Millis), max(high, point.Millis)
			nines = max(nines, ninesOf(point.Percent))
		}
	}
	if high == 0 {
		return p
	}
	low, high = math.Floor(3*math.Log10(low))/3, math.Ceil(3*math.Log10(high))/3
	high = max(high, low+1./3)
	x := func(percent float64) float64 { return p.W * ninesOf(percent) / nines }
	y := func(ms float64) float64 { return p.H * (1 - (math.Log10(ms)-low)/(high-low)) }
	for _, percent := range []float64{50, 90, 99, 99.9, 99.99, 99.999} {
		if ninesOf(percent) <= nines+0.01 {
			p.XTicks = append(p.XTicks, tick{x(percent), fmt.Sprintf("p%g", percent)})
		}
	}
	for _, ms := range logTicks(low, high) {
		p.YTicks = append(p.YTicks, tick{y(ms), duration(ms)})
	}
	for i, l := range lines {
		var points [][2]float64
		for _, point := range shown(l) {
			points = append(points, [2]float64{x(point.Percent), y(point.Millis)})
		}
		p.Curves = append(p.Curves, curve{Color: colors[i], Path: path(points)})
	}
	return p
}

// shown returns the points of a line, except the points of the fastest answers. These points would
// need half of the axis.
func shown(l Line) []measure.Point {
	for i, point := range l.Part.Curve {
		if point.Percent >= 10 {
			return l.Part.Curve[i:]
		}
	}
	return nil
}

// ninesOf returns the number of nines of a percentage: 0 for 0 %, 1 for 90 %, 2 for 99 %.
func ninesOf(percent float64) float64 { return -math.Log10(1 - percent/100) }

func duration(ms float64) string {
	if ms >= 1000 {
		return fmt.Sprintf("%g s", ms/1000)
	}
	return fmt.Sprintf("%g ms", ms)
}

// logTicks returns the values at which a logarithmic axis from low to high has marks: 1, 2 and 5
// times each power of ten. If there are many powers of ten, logTicks returns only the powers
// themselves.
func logTicks(low, high float64) (ticks []float64) {
	steps := []float64{1, 2, 5}
	if high-low > 3 {
		steps = steps[:1]
	}
	for decade := math.Floor(low); decade <= high; decade++ {
		for _, step := range steps {
			if at := math.Log10(step) + decade; at >= low-1e-9 && at <= high+1e-9 {
				ticks = append(ticks, step*math.Pow(10, decade))
			}
		}
	}
	return ticks
}

// timelinePanel returns a panel with the time of the run on the horizontal axis, and the answers
// per second on the vertical axis.
func timelinePanel(p panel, lines []Line) panel {
	most, slices := 0.0, 2
	for _, l := range lines {
		slices = max(slices, len(l.Part.Timeline))
		for _, rate := range l.Part.Timeline {
			most = max(most, rate)
		}
	}
	step := niceStep(most / 4)
	most = step * math.Ceil(1.05*most/step)
	seconds := float64(slices-1) * measure.TimelineSlice.Seconds()
	for rate := 0.0; rate <= most && most > 0; rate += step {
		p.YTicks = append(p.YTicks, tick{p.H * (1 - rate/most), Number(rate) + "/s"})
	}
	between := max(niceStep(seconds/6), measure.TimelineSlice.Seconds())
	for at := 0.0; at <= seconds+1e-9; at += between {
		p.XTicks = append(p.XTicks, tick{p.W * at / seconds, fmt.Sprintf("%g s", at)})
	}
	for i, l := range lines {
		var points [][2]float64
		for j, rate := range l.Part.Timeline {
			points = append(points, [2]float64{p.W * float64(j) / float64(slices-1), p.H * (1 - rate/most)})
		}
		if len(points) < 2 {
			continue
		}
		c := curve{Color: colors[i], Path: path(points)}
		c.Area = fmt.Sprintf("%sL%.1f %.1fL0 %.1fZ", c.Path, points[len(points)-1][0], p.H, p.H)
		p.Curves = append(p.Curves, c)
	}
	return p
}

// niceStep returns the smallest of the numbers 1, 2 or 5 times a power of ten that is at least
// wanted.
func niceStep(wanted float64) float64 {
	if wanted <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(wanted)))
	for _, step := range []float64{1, 2, 5} {
		if step*power >= wanted {
			return step * power
		}
	}
	return 10 * power
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escaped(text string) string { return xmlText.Replace(text) }
