package sqlite

import "strconv"

// Schema returns the version of the tables of this program, the number of the newest migration.
func Schema() int {
	newest := 0
	files, _ := migrations.ReadDir("migrations") // embedded, so there is no error
	for _, f := range files {
		if n, err := strconv.Atoi(f.Name()[:5]); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}
