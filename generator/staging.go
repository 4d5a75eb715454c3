package generator

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"time"
)

// stagingPrefix begins the name of every staging folder; the rest is random.
const stagingPrefix = ".belfry-staging-"

var (
	stagingName = regexp.MustCompile(`^\.belfry-staging-[0-9a-f]{16}$`)
	stagedName  = regexp.MustCompile(`^([0-9]+|manifest\.json)$`)
)

// abandonedAfter is how long a staging folder must have rested before a run that cannot lock the output folder takes it for
// one whose run died. Staging takes seconds.
const abandonedAfter = time.Hour

// Modes of what the writer creates, whatever the umask: these files are read by servers and by other users' tools.
const (
	fileMode   = 0o644
	folderMode = 0o755
)

// staging is a folder inside the output folder, so on its file system, that holds changed files until all are written.
// Its manifest is staged last and moved out last: a folder left behind by a crash tells the next run by its manifest which
// files the dead run may have put in place.
type staging struct {
	output *output
	folder string
	root   *os.Root // of the folder
	count  int
	// modes is set once a file has turned out to be made with fileMode: the umask stays the same, and asking for the mode
	// again for each of thousands of files takes time.
	modes bool
}

func (o *output) newStaging() (*staging, error) {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // documented never to fail
	s := &staging{output: o, folder: stagingPrefix + hex.EncodeToString(random)}
	if err := o.root.Mkdir(s.folder, folderMode); err != nil {
		return nil, cannotWrite(o.name, err)
	}
	var err error
	if s.root, err = o.root.OpenRoot(s.folder); err != nil {
		return nil, fmt.Errorf("open staging folder: %w", err)
	}
	return s, nil
}

// close lets go of the folder.
func (s *staging) close() { _ = s.root.Close() } // nothing is written through it

// add stages a file and returns where it lies.
func (s *staging) add(data []byte) (string, error) {
	s.count++
	return s.write(strconv.Itoa(s.count), data)
}

// addManifest stages the manifest; nothing is staged after it.
func (s *staging) addManifest(data []byte) (string, error) { return s.write(manifestName, data) }

// write does not fsync. A file belongs to the kernel once it is written, so a crash of the process loses nothing. After a
// loss of power a file may be empty, and the next run mends it because it compares bytes; syncing some thousand files
// would make every run take minutes.
func (s *staging) write(name string, data []byte) (string, error) {
	file, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return "", cannotWrite(s.output.name, err)
	}
	_, err = file.Write(data)
	if err == nil && !s.modes {
		err = s.setMode(file)
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", cannotWrite(s.output.name, err)
	}
	return path.Join(s.folder, name), nil
}

// setMode gives a file its mode where the umask took something from it.
func (s *staging) setMode(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Mode().Perm() == fileMode {
		s.modes = true
		return nil
	}
	return file.Chmod(fileMode)
}

// leftover is a staging folder whose run died.
type leftover struct {
	folder  string
	files   []string        // names inside
	journal []ManifestEntry // what the dead run was about to write; nil when it had not begun to move files
}

// leftovers finds the staging folders that are certainly the writer's own (by name and by the names of all they hold)
// and that no living run uses: whoever holds the lock of the output folder is alone in it.
func (o *output) leftovers() ([]leftover, error) {
	entries, err := fs.ReadDir(o.root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list output folder: %w", err)
	}
	var found []leftover
	for _, entry := range entries {
		if !entry.IsDir() || !stagingName.MatchString(entry.Name()) {
			continue
		}
		left, ok, err := o.leftover(entry)
		if err != nil {
			return nil, fmt.Errorf("read staging folder of a dead run: %w", err)
		}
		if ok {
			found = append(found, left)
		}
	}
	return found, nil
}

func (o *output) leftover(entry fs.DirEntry) (leftover, bool, error) {
	left := leftover{folder: entry.Name()}
	inside, err := fs.ReadDir(o.root.FS(), left.folder)
	if err != nil {
		return left, false, err
	}
	for _, file := range inside {
		if !file.Type().IsRegular() || !stagedName.MatchString(file.Name()) {
			return left, false, nil
		}
		left.files = append(left.files, file.Name())
		if file.Name() != manifestName {
			continue
		}
		data, err := o.readFile(path.Join(left.folder, manifestName))
		if err != nil {
			return left, false, err
		}
		// A journal cut short by the crash is none: files move only after it is whole.
		left.journal, _ = decodeArray(data)
	}
	return left, true, nil
}

// abandoned reports whether nobody uses the staging folder.
func (o *output) abandoned(left leftover) bool {
	if o.exclusive {
		return true
	}
	info, err := o.root.Lstat(left.folder)
	return err == nil && time.Since(info.ModTime()) > abandonedAfter
}

// removeStaging removes the files of a staging folder one by one and then the folder, so that nothing is lost that
// somebody else put there meanwhile.
func (o *output) removeStaging(folder string, files []string) error {
	for _, file := range files {
		if err := o.root.Remove(path.Join(folder, file)); err != nil {
			return fmt.Errorf("remove staging folder: %w", err)
		}
	}
	if err := o.root.Remove(folder); err != nil {
		return fmt.Errorf("remove staging folder: %w", err)
	}
	return nil
}
