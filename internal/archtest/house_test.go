package archtest_test

import (
	"os"
	"path/filepath"
	"testing"
)

// house reads the repository this test lies in.
func house(t *testing.T) (string, []source) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := read(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 10 {
		t.Fatalf("only %d files under %s", len(sources), root)
	}
	return root, sources
}

// report fails with one line per fault.
func report(t *testing.T, faults []string) {
	t.Helper()
	for _, fault := range faults {
		t.Error(fault)
	}
}

func TestImportArrows(t *testing.T) {
	t.Parallel()
	_, sources := house(t)
	report(t, arrowFaults(sources))
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	t.Parallel()
	_, sources := house(t)
	report(t, libraryFaults(sources))
}

func TestPackageComments(t *testing.T) {
	t.Parallel()
	_, sources := house(t)
	report(t, commentFaults(sources))
}

func TestFileLengths(t *testing.T) {
	t.Parallel()
	_, sources := house(t)
	report(t, lengthFaults(sources))
}

func TestNothingOfThisMachine(t *testing.T) {
	t.Parallel()
	root, sources := house(t)
	report(t, machineFaults(sources, root))
}
