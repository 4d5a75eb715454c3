//go:build unix

package golden

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/generator"
)

// measuring makes the test binary run one command and print what it used, see TestMain.
const measuring = "BELFRY_MEASURE_COMMAND"

// TestMain stands between a benchmark and the process that it measures: Linux counts the memory of the process that forks
// as the peak of the one that is forked, and the benchmarks themselves hold a lot.
func TestMain(m *testing.M) {
	if os.Getenv(measuring) == "" {
		os.Exit(m.Run())
	}
	if err := measureHere(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// usage is what a process used.
type usage struct {
	Wall, CPU time.Duration
	Peak      int64 // bytes of resident memory
}

func measureHere(command []string) error {
	cmd := exec.Command(command[0], command[1:]...)
	began := time.Now()
	output, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	rusage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not tell what a process used")
	}
	unit := int64(1024) // kilobytes, but for Darwin: getrusage(2)
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return json.NewEncoder(os.Stdout).Encode(usage{
		Wall: time.Since(began), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Peak: int64(rusage.Maxrss) * unit,
	})
}

// measure runs a command in a folder.
func measure(b *testing.B, dir string, command ...string) usage {
	b.Helper()
	cmd := exec.Command(os.Args[0], command...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, append(os.Environ(), measuring+"=1"), os.Stderr
	output, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	var u usage
	if err := json.Unmarshal(output, &u); err != nil {
		b.Fatal(err)
	}
	return u
}

// BenchmarkProcess measures the whole command: the reference spec and fleets of generated services, each written to an
// empty folder, and once more where nothing has changed; fleets also where one service has changed, and where nothing has but
// nothing is known of earlier runs either.
func BenchmarkProcess(b *testing.B) {
	binary := buildBelfry(b)
	outputs := b.TempDir()
	b.Run("reference", func(b *testing.B) { generateOften(b, 1, outputs, binary, "..", "./spec") })
	for _, services := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("services-%d", services), func(b *testing.B) {
			dir := fleetOf(b, services)
			requireNoFindings(b, dir, "./services/shop-0001")
			generateOften(b, services, outputs, binary, dir, "./services/...")
		})
	}
}

// buildBelfry builds the command and returns its path.
func buildBelfry(b *testing.B) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "belfry")
	if output, err := exec.Command("go", "build", "-o", binary, "../cmd/belfry").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	return binary
}

// generateOften runs belfry generate into new folders below outputs and reports means, and the highest peak. The folders
// stay until all is measured: for minutes after many files were deleted, ext4 without a journal looks long for each new
// one (recently_deleted in Linux' fs/ext4/ialloc.c).
func generateOften(b *testing.B, services int, outputs, binary, dir, packages string) {
	b.Setenv("XDG_CACHE_HOME", b.TempDir())
	b.Setenv("HOME", b.TempDir())
	runs := []string{"first", "unchanged", "uncached"}
	if services > 1 {
		runs = append(runs, "changed")
	}
	for _, name := range runs {
		b.Run(name, func(b *testing.B) {
			out, err := os.MkdirTemp(outputs, name)
			if err != nil {
				b.Fatal(err)
			}
			var sum usage
			command := []string{binary, "generate", packages, "--out", out}
			if name != "first" {
				measure(b, dir, command...)
			}
			if name == "uncached" {
				command = append(command, "--no-cache")
			}
			for i := range b.N {
				switch name {
				case "first":
					command[4] = filepath.Join(out, fmt.Sprint(i))
				case "changed":
					threshold := fmt.Sprintf(`above: "5.%09d%%", for: "2m"`, time.Now().Nanosecond())
					writeBenchFile(b, dir, "services/shop-0001/service.cue", strings.ReplaceAll(strings.Replace(benchService, `above: "5%", for: "2m"`, threshold, 1), "NNNN", "0001"))
				}
				u := measure(b, dir, command...)
				sum.Wall, sum.CPU, sum.Peak = sum.Wall+u.Wall, sum.CPU+u.CPU, max(sum.Peak, u.Peak)
			}
			report(b, sum, services)
		})
	}
}

func report(b *testing.B, sum usage, services int) {
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N) }
	b.ReportMetric(0, "ns/op") // it holds the helper and the cleaning up too
	b.ReportMetric(milliseconds(sum.Wall), "wall-ms/op")
	b.ReportMetric(milliseconds(sum.CPU), "cpu-ms/op")
	b.ReportMetric(float64(sum.Peak)/(1<<20), "peak-MB")
	b.ReportMetric(milliseconds(sum.Wall)/float64(services), "ms/service")
}

// requireNoFindings refuses to measure a spec that Belfry has something to say about: errors would be fast.
func requireNoFindings(tb testing.TB, dir, packages string) {
	tb.Helper()
	result, err := generator.Compile(generator.Options{Dir: dir, Packages: []string{packages}, CheckOnly: true})
	if err != nil {
		tb.Fatal(err)
	}
	for _, finding := range result.Diagnostics {
		tb.Error(finding)
	}
}
