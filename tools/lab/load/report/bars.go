package report

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
	"text/template"
)

//go:embed bars.svg.tmpl
var barsSource string

var barsTemplate = template.Must(template.New("bars").Funcs(template.FuncMap{"text": escaped}).Parse(barsSource))

// Bar is one figure of a picture, as a share of the figure's goal. A share of 1 means that the
// figure reaches the goal.
type Bar struct {
	Name, Value, Goal string
	Share, From, To   float64
}

// barsWidth is the width of the longest bar, whose figure is barsMost times its goal. The bar of a
// larger figure has the same width.
const (
	barsWidth = 380
	barsMost  = 2.0
)

// Bars returns an SVG picture that shows which share of its goal each figure reaches.
func Bars(title, subtitle string, bars []Bar) (string, error) {
	type drawn struct {
		Bar
		Y                  int
		Width, Least, Most float64
		Color              string
	}
	picture := struct {
		Title, Subtitle string
		Height, Card    int
		Bottom          int
		Goal            float64
		Bars            []drawn
	}{Title: title, Subtitle: subtitle, Goal: widthOf(1)}
	for i, bar := range bars {
		color := colors[1]
		if bar.Share >= 1 {
			color = colors[2]
		}
		picture.Bars = append(picture.Bars, drawn{
			Bar: bar, Y: 36 * i, Width: widthOf(bar.Share), Color: color,
			Least: widthOf(min(bar.From, bar.To)), Most: widthOf(max(bar.From, bar.To)),
		})
	}
	picture.Bottom = 36*len(bars) + 4
	picture.Height, picture.Card = picture.Bottom+130, picture.Bottom+129
	var out strings.Builder
	if err := barsTemplate.Execute(&out, picture); err != nil {
		return "", fmt.Errorf("draw bars: %w", err)
	}
	return out.String(), nil
}

func widthOf(share float64) float64 { return math.Round(barsWidth * min(share, barsMost) / barsMost) }
