package seed

import (
	"fmt"
	"strings"
)

// show prints what the story has made, and the commands that show it.
func (r *run) show() error {
	var text strings.Builder
	text.WriteString("\n  There is now, and these lines show it (paste them into a shell in this folder):\n")
	for _, look := range r.looks {
		fmt.Fprintf(&text, "\n  %s\n    %s\n", look.What, r.fill(look.Command))
	}
	if r.leftOut > 0 {
		fmt.Fprintf(&text, "\n  %d chapters were left out: see above.\n", r.leftOut)
	}
	_, err := fmt.Println(text.String())
	return err
}
