package tell

import (
	"fmt"
	"time"

	"reviewsync/mapping"
)

// Tag says what was decided on a tag. Empty: there is nothing to say.
func Tag(d mapping.TagDecision, names Names) string {
	switch d.Code {
	case mapping.TagOpen, mapping.TagClosed:
		e, _ := d.Effect(mapping.Named{Name: d.Tag}, time.Time{})
		return Effect(e, names)
	case mapping.TagKept:
		who := "a person"
		if d.By != "" {
			who = names(d.By)
		}
		return fmt.Sprintf("T%d keeps %s though none of its changes is open: %s put it on", d.Task, d.Tag, who)
	case mapping.TagTakenOff:
		return fmt.Sprintf("T%d stays without %s: %s took it off; the next change that is linked puts it back", d.Task, d.Tag, names(d.By))
	case mapping.TagAsIs, mapping.TagUnread:
	}
	return ""
}
