package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress is one line on a terminal that says how far a run is; elsewhere it is nothing.
type progress struct {
	w     io.Writer // nil where there is no terminal
	shown bool
	next  time.Time // when it is worth saying more
}

// patience is how long a run may take before it says how far it is, and how often it says so.
const patience = 200 * time.Millisecond

func newProgress(w io.Writer) *progress {
	p := &progress{next: time.Now().Add(patience)}
	if file, ok := w.(*os.File); ok && isTerminal(file) {
		p.w = w
	}
	return p
}

// show says how many packages are done.
func (p *progress) show(done, total int) {
	if p.w == nil || total < 2 || time.Now().Before(p.next) {
		return
	}
	p.next, p.shown = time.Now().Add(patience), true
	fmt.Fprintf(p.w, "\r%d of %d packages", done, total)
}

// clear makes room for what is printed next.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K") // erase the line: ECMA-48, EL
		p.shown = false
	}
}
