package sqlite

import "strconv"

// Schema is the version of the tables that this program makes: the number of the newest migration.
func Schema() int {
	newest := 0
	files, _ := migrations.ReadDir("migrations") // which is in the program
	for _, f := range files {
		if n, err := strconv.Atoi(f.Name()[:5]); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}
