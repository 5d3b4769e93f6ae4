package gerrittest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// PushInput is a new change. Subject is required.
type PushInput struct {
	Subject string
	Body    string
	Footers []string // e.g. "Bug: T12"; the Change-Id is added
	Message string   // the whole commit message, instead of these three; no Change-Id is added
	// ChangeID, "I" and 40 hex digits, is the one of the change that was cherry-picked; empty: a
	// new one.
	ChangeID string

	WIP, Private  bool
	Labels        map[string]int // votes given with the push
	Reviewers, CC []string
	Hashtags      []string

	On    int      // number of the change that this one depends on; 0: none
	Files []string // the files that it changes; default src/main.txt
}

// Push makes a change and returns its number.
func (s *Server) Push(user, projectName, branch string, in PushInput) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p := s.accounts[user], s.projects[projectName]
	if a == nil || a.inactive {
		return 0, refuse(401, "Unauthorized")
	}
	if p == nil || !p.visible(a) {
		return 0, refuse(404, "Not found: %s", projectName)
	}
	if !slices.Contains(p.branches, branch) {
		return 0, refuse(400, "branch %s not found", branch)
	}
	if in.Subject == "" && in.Message == "" {
		return 0, refuse(400, "commit message is missing")
	}
	if in.ChangeID != "" {
		for _, c := range s.changes {
			if c.project == p && c.branch == branch && c.id == in.ChangeID {
				return 0, refuse(409, "change %d of %s has this Change-Id: Amend it", c.number, branch)
			}
		}
	}
	s.number++
	c := &change{
		number: s.number, project: p, branch: branch, id: cmp.Or(in.ChangeID, "I"+s.sha()), status: "NEW", owner: a, in: map[string]bool{},
		private: in.Private, wip: in.WIP, started: !in.WIP, votes: map[voteKey]*vote{}, turns: map[int]turn{},
	}
	w := &write{s: s, c: c, who: a, now: s.now(), meta: s.sha()}
	if err := w.mayVote(in.Labels); err != nil {
		return 0, err
	}
	c.created, c.updated = w.now, w.now
	on, based := s.changes[in.On]
	if in.On != 0 && !based {
		return 0, refuse(400, "change %d not found", in.On)
	}
	w.patchSet(Rework, in.text(c.id))
	c.current().parent, c.current().files = s.sha(), in.Files
	if based {
		c.current().parent = on.current().sha
	}
	if len(in.Files) == 0 {
		c.current().files = []string{"src/main.txt"}
	}
	s.changes[c.number] = c
	w.joined(in.Reviewers, Reviewer)
	w.joined(in.CC, CC)
	tag := w.uploadTag()
	if len(in.Hashtags) > 0 { // their message replaces that of the upload
		tag = "setHashtag"
	}
	votes := w.vote(in.Labels, 1, gerritTag+tag)
	text := uploaded(1, "", votes)
	if len(in.Hashtags) > 0 {
		c.hashtags = slices.Sorted(slices.Values(in.Hashtags))
		text = strings.Join(named("added", slices.Clone(in.Hashtags)), "")
	}
	w.say(gerritTag+tag, 1, "%s", text)
	w.emitUpload()
	s.place(c, w.now, w.meta)
	s.announce(w)
	return c.number, nil
}

func (in PushInput) text(id string) string {
	if in.Message != "" {
		return in.Message
	}
	parts := []string{in.Subject}
	if in.Body != "" {
		parts = append(parts, in.Body)
	}
	footers := append(slices.Clone(in.Footers), "Change-Id: "+id)
	return strings.Join(append(parts, strings.Join(footers, "\n")), "\n\n") + "\n"
}

func (w *write) joined(names []string, state string) {
	for _, n := range names {
		a := w.s.mustAccount(n)
		if !w.reviewer(a, state) || state != Reviewer {
			continue
		}
		w.emitAdded(a)
		if !w.c.wip {
			w.turnTo(a, "Reviewer was added")
		}
	}
}

func (w *write) patchSet(kind, text string) {
	w.any, w.uploaded = true, true
	w.c.subject, _, _ = strings.Cut(text, "\n")
	w.c.patchSets = append(w.c.patchSets, patchSet{
		number: len(w.c.patchSets) + 1, kind: kind, sha: w.s.sha(), created: w.now, uploader: w.who, message: text,
	})
}

func (w *write) uploadTag() string {
	if w.c.wip {
		return "newWipPatchSet"
	}
	return "newPatchSet"
}

// uploaded returns the first line of an upload's message.
func uploaded(n int, what, votes string) string {
	text := fmt.Sprintf("Uploaded patch set %d", n)
	switch {
	case what != "":
		return text + ": " + what
	case votes != "":
		return text + ":" + votes + "."
	}
	return text + "."
}

// AmendInput is a new patch set.
type AmendInput struct {
	Message    string // the whole new commit message; empty: as before
	WIP, Ready bool
	Labels     map[string]int // votes given with the push
	Hashtags   []string       // without a message
}

// Amend pushes a patch set of a kind to a change, and copies votes by the labels' copy conditions.
// NoCodeChange without a Message rewords the subject.
func (s *Server) Amend(user string, number int, kind string, in AmendInput) error {
	return s.act(user, number, func(w *write) error {
		c := w.c
		if !c.open() {
			return refuse(409, "change %d closed", number)
		}
		if w.who != c.owner && !w.who.team {
			return refuse(403, "cannot add patch set to %d.", number)
		}
		if err := w.mayVote(in.Labels); err != nil {
			return err
		}
		old := c.current()
		text := in.Message
		if text == "" {
			text = old.message
			if kind == NoCodeChange {
				subject, rest, _ := strings.Cut(text, "\n")
				text = subject + " (reworded)\n" + rest
			}
		}
		if (kind == TrivialRebase || kind == NoChange) && text != old.message {
			return refuse(400, "%s keeps the commit message", kind)
		}
		n := old.number + 1
		what := map[string]string{
			TrivialRebase: fmt.Sprintf("Patch Set %d was rebased.", n-1),
			NoCodeChange:  "Commit message was updated.",
			NoChange:      fmt.Sprintf("New patch set was added with same tree, parent tree, and commit message as Patch Set %d.", n-1),
		}[kind]
		c.wip = c.wip || in.WIP
		if in.Ready && c.wip {
			w.ready()
		}
		w.patchSet(kind, text)
		c.current().parent, c.current().files = old.parent, old.files
		if kind == TrivialRebase {
			c.current().parent = s.sha()
		}
		carried := w.carry(kind)
		votes := w.vote(in.Labels, n, gerritTag+w.uploadTag())
		w.say(gerritTag+w.uploadTag(), n, "%s%s", uploaded(n, what, votes), carried)
		c.hashtags = append(c.hashtags, without(in.Hashtags, c.hashtags)...)
		slices.Sort(c.hashtags)
		w.emitUpload()
		if in.WIP {
			w.everybodyOff("Change was marked work in progress")
		}
		return nil
	})
}

// carry copies the votes that meet the copy conditions to the new patch set, drops the others, and
// returns the text about that.
func (w *write) carry(kind string) string {
	c := w.c
	var copied, outdated []string
	lost := map[*account][]string{}
	for _, l := range c.project.labels {
		kept, gone := map[string][]string{}, map[string][]string{}
		for _, k := range c.voteKeys() {
			v := c.votes[k]
			if k.label != l.Name {
				continue
			}
			delete(c.votes, k)
			if v.value == 0 {
				continue
			}
			condition, ok := l.copies(kind, v.value)
			if ok {
				kept[condition] = append(kept[condition], score(l.Name, v.value))
				c.votes[k] = &vote{account: v.account, value: v.value, tag: v.tag, date: w.now, copied: true}
			} else {
				gone[condition] = append(gone[condition], score(l.Name, v.value))
				lost[v.account] = append(lost[v.account], score(l.Name, v.value))
			}
		}
		copied, outdated = append(copied, lines(kept)...), append(outdated, lines(gone)...)
	}
	for a, votes := range lost {
		if c.wip {
			break
		}
		reason := "Vote got outdated and was removed: "
		if len(votes) > 1 {
			reason = "Votes got outdated and were removed: "
		}
		w.turnTo(a, reason+strings.Join(votes, ", "))
	}
	var text string
	if len(copied) > 0 {
		text += "\n\nCopied Votes:\n" + strings.Join(copied, "")
	}
	if len(outdated) > 0 {
		text += strings.Repeat("\n", 2-min(len(copied), 1)) + "Outdated Votes:\n" + strings.Join(outdated, "")
	}
	return text
}

// lines lists votes by their copy condition.
func lines(byCondition map[string][]string) []string {
	var out []string
	for condition, votes := range byCondition {
		slices.Sort(votes)
		out = append(out, fmt.Sprintf("* %s (copy condition: \"%s\")\n", strings.Join(slices.Compact(votes), ", "), condition))
	}
	slices.Sort(out)
	return out
}

// copies reports whether a vote is copied to a patch set of this kind, and returns the condition
// with the parts that are met in bold.
func (l *Label) copies(kind string, value int) (condition string, ok bool) {
	parts := make([]string, 0, len(l.Copy))
	for _, atom := range l.Copy {
		holds := false
		if k, isKind := strings.CutPrefix(atom, "changekind:"); isKind {
			holds = k == kind || kind == NoChange && (k == TrivialRebase || k == NoCodeChange)
		} else {
			holds = atom == "is:ANY" || atom == "is:MIN" && value == l.Min || atom == "is:MAX" && value == l.Max
		}
		if holds {
			ok, atom = true, "**"+atom+"**"
		}
		parts = append(parts, atom)
	}
	return strings.Join(parts, " OR "), ok
}

// score formats a vote as Gerrit's messages do: Code-Review-1, and -Code-Review for 0.
func score(label string, value int) string {
	if value == 0 {
		return "-" + label
	}
	return fmt.Sprintf("%s%+d", label, value)
}
