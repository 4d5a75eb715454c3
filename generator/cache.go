package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

// Cache remembers which packages were compiled from which files, and how the files looked that were written then. A package
// is passed over while neither has changed. It holds no artifacts: whatever is not certain is compiled anew, so losing
// it costs time and nothing else.
//
// A file counts as unchanged by size, mode, times and inode, as git's index has it. What that cannot see is a change made
// while the run that wrote the file still works, or one that sets the clock back; where a system tells no inode and
// no time of the last change of status, also one that keeps size and modification time. drift compares every byte.
type Cache struct {
	file   string // empty: nothing is remembered
	header string // what all of it depends on
	out    string

	lock    sync.Mutex
	old     map[string]line    // by key, as it was read
	used    map[string]*record // what this run found to hold still
	fresh   []*record          // what this run adds and has not saved yet
	added   map[string]line    // what it has saved
	changed time.Time          // when the newest file of fresh was last changed
}

// record is what became of one package.
type record struct {
	Key         string
	Fingerprint string
	Tags        []string        `json:",omitempty"`
	Found       []storedFinding `json:",omitempty"` // no errors
	Members     []*member       // one for each output

	origin schema.Origin
	left   int // how many outputs are not written yet
}

// storedFinding is a finding with what it does not print.
type storedFinding struct {
	diag.Diagnostic
	Hidden bool `json:",omitempty"`
}

func stored(found diag.List) []storedFinding {
	var list []storedFinding
	for _, d := range found {
		list = append(list, storedFinding{d, d.Conceal})
	}
	return list
}

func (r *record) findings() diag.List {
	var found diag.List
	for _, d := range r.Found {
		d.Conceal = d.Hidden
		found = append(found, d.Diagnostic)
	}
	return found
}

// OpenCache opens what earlier runs remembered of the same packages, written to the folder out. The folder is that of all
// caches of the user; empty for none. Where it cannot be used, nothing is remembered.
func OpenCache(folder, out string, options Options) *Cache {
	c := &Cache{out: out, used: map[string]*record{}, added: map[string]line{}}
	header, name, err := cacheHeader(out, options)
	if folder == "" || err != nil {
		return c
	}
	c.header, c.file = header, filepath.Join(folder, name)
	c.old = readCache(c.file, header)
	return c
}

// known reports whether a package came to what it would come to now, and whether all its outputs are as it left them.
func (c *Cache) known(key, fingerprint string) (tags []string, known bool) {
	r := c.lookup(key, fingerprint)
	if r == nil {
		return nil, false
	}
	return r.Tags, true
}

func (c *Cache) lookup(key, fingerprint string) *record {
	found, ok := c.old[key]
	if !ok {
		return nil
	}
	r := found.record()
	if r == nil || r.Key != key || r.Fingerprint != fingerprint {
		return nil
	}
	for _, m := range r.Members {
		if now, _, err := stamp(filepath.Join(c.out, filepath.FromSlash(m.Folder)), m.Files); err != nil || now != m.Stamp {
			return nil
		}
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.used[key] = r
	return r
}

// begin remembers a package whose outputs are about to be written. Packages that own a platform are compiled each time:
// what they come to depends on all others.
func (c *Cache) begin(loaded *schema.Package, found diag.List, outputs []Output, members []*member) {
	unable := c == nil || c.file == "" || loaded.Origin.Fingerprint == "" || found.HasErrors()
	if unable || slices.ContainsFunc(members, func(m *member) bool { return m.OwnsPlatform }) {
		return
	}
	r := &record{
		Key: loaded.Origin.Key, Fingerprint: loaded.Origin.Fingerprint, Tags: loaded.Tags, Found: stored(found), Members: members,
		origin: loaded.Origin, left: len(members),
	}
	for i, m := range members {
		outputs[i].pending = pending{r, m}
	}
}

// platform returns the output of a platform, which is kept where neither its own files nor its services' notifications
// have changed since it was written.
func (c *Cache) platform(o owner) Output {
	if c == nil || c.file == "" || o.origin.Fingerprint == "" {
		return o.Output
	}
	members, err := json.Marshal(o.Program.Fleet)
	if err != nil {
		return o.Output // nothing in it that JSON refuses
	}
	sum := sha256.Sum256(append([]byte(o.origin.Fingerprint), members...))
	key, fingerprint := "platform:"+o.Folder, hex.EncodeToString(sum[:])
	if r := c.lookup(key, fingerprint); r != nil {
		o.kept = r.Members[0]
		return o.Output
	}
	m := &member{Folder: o.Folder, Name: o.Program.Name(), OwnsPlatform: true, Counts: Count(o.Program)}
	o.pending = pending{&record{Key: key, Fingerprint: fingerprint, Members: []*member{m}, origin: o.origin, left: 1}, m}
	return o.Output
}

// pending is what an output will be remembered as once it is written; zero for one that is not.
type pending struct {
	record *record
	member *member
}

// checkpoint is how many packages are compiled before what is known of them is saved: a run that is killed in the middle
// has not worked in vain.
const checkpoint = 300

// wrote notes that an output is in place.
func (c *Cache) wrote(output Output) error {
	r, m := output.pending.record, output.pending.member
	if c == nil || r == nil {
		return nil
	}
	m.place = r.origin.Locate // lets go of the program
	for _, a := range output.Artifacts {
		m.Files = append(m.Files, a.Path)
	}
	m.Files = append(m.Files, manifestName)
	slices.Sort(m.Files)
	now, changed, err := stamp(filepath.Join(c.out, filepath.FromSlash(m.Folder)), m.Files)
	if err != nil {
		return nil // somebody takes files away while we write them: the next run will see
	}
	m.Stamp = now
	if r.left--; r.left > 0 {
		return nil
	}
	c.fresh = append(c.fresh, r)
	if changed.After(c.changed) {
		c.changed = changed
	}
	if len(c.fresh) >= checkpoint {
		return c.save(false)
	}
	return nil
}

// save writes what is known to the cache's file. A finished run knows all packages: others are forgotten.
func (c *Cache) save(finished bool) error {
	if c == nil || c.file == "" {
		return nil
	}
	forgotten := finished && len(c.used)+len(c.added)+len(c.fresh) < len(c.old)
	if len(c.fresh) == 0 && !forgotten {
		return touch(c.file)
	}
	lines := map[string]line{}
	for key, old := range c.old {
		if c.used[key] != nil || !finished {
			lines[key] = old
		}
	}
	for _, r := range c.certain() {
		text, err := newLine(r)
		if err != nil {
			return err
		}
		c.added[r.Key] = text
	}
	c.fresh = nil
	maps.Copy(lines, c.added)
	c.settle()
	return writeCache(c.file, c.header, lines)
}

// certain drops what was compiled from files that changed while the run was reading them.
func (c *Cache) certain() []*record {
	origins := make([]schema.Origin, len(c.fresh))
	for i, r := range c.fresh {
		origins[i] = r.origin
	}
	now := schema.Fingerprints(origins)
	var certain []*record
	for i, r := range c.fresh {
		if now[i] == r.origin.Fingerprint {
			certain = append(certain, r)
		}
	}
	return certain
}

// settle waits until a change of a file gives it another time than ours: the clock of Linux' file systems ticks every 4 to
// 10 ms (CONFIG_HZ).
func (c *Cache) settle() {
	const tick = 20 * time.Millisecond
	time.Sleep(min(tick, time.Until(c.changed.Add(tick))))
}

// line is a record as it stands in the cache's file.
type line []byte

func newLine(r *record) (line, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return slices.Concat([]byte(hex.EncodeToString(sum[:8])), []byte(" "), text), nil
}

// record is nil where the line is not what was written.
func (l line) record() *record {
	sum, text, _ := bytes.Cut(l, []byte(" "))
	have := sha256.Sum256(text)
	if hex.EncodeToString(have[:8]) != string(sum) {
		return nil
	}
	r := &record{}
	if json.Unmarshal(text, r) != nil {
		return nil
	}
	return r
}
