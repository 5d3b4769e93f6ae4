package duty_test

import (
	"testing"
	"time"
	_ "time/tzdata" // for machines without

	"reviewsync/mapping/duty"
)

// office works Monday to Friday from nine to five in a zone, except on holidays.
func office(t testing.TB, zone string, holidays ...string) duty.WorkingTime {
	t.Helper()
	w := duty.DefaultWorkingTime()
	var err error
	if w.Zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	for _, h := range holidays {
		w.Holidays = append(w.Holidays, date(t, h))
	}
	return w
}

func date(t testing.TB, s string) duty.Day {
	t.Helper()
	d, err := duty.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// instant parses a time by the clock of a zone, with the offset where the clock shows it twice.
func instant(t testing.TB, w duty.WorkingTime, s string) time.Time {
	t.Helper()
	if at, err := time.Parse("2006-01-02 15:04 -07", s); err == nil {
		return at
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, w.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWorkingTimeBetween(t *testing.T) {
	always := duty.DefaultWorkingTime()
	always.From, always.To, always.Days = 0, 24*time.Hour, [7]bool{true, true, true, true, true, true, true}
	inBerlin := always
	inBerlin.Zone = office(t, "Europe/Berlin").Zone
	early := office(t, "Europe/Berlin") // works while the clock changes
	early.Days, early.From, early.To = always.Days, 90*time.Minute, 5*time.Hour/2
	utc, berlin := office(t, "UTC"), office(t, "Europe/Berlin", "2026-12-25", "2026-12-26", "2027-01-01")
	for name, c := range map[string]struct {
		w        duty.WorkingTime
		from, to string
		want     time.Duration
	}{
		"within a day":               {utc, "2026-12-07 10:00", "2026-12-07 12:30", 150 * time.Minute},
		"before and after the hours": {utc, "2026-12-07 03:00", "2026-12-07 23:00", 8 * time.Hour},
		"over night":                 {utc, "2026-12-07 16:00", "2026-12-08 10:00", 2 * time.Hour},
		"over a weekend":             {utc, "2026-12-11 16:00", "2026-12-14 10:00", 2 * time.Hour},
		"at night":                   {utc, "2026-12-07 18:00", "2026-12-08 08:00", 0},
		"the wrong way round":        {utc, "2026-12-08 12:00", "2026-12-07 12:00", 0},
		"no time":                    {utc, "2026-12-07 12:00", "2026-12-07 12:00", 0},
		"a year":                     {utc, "2026-01-01 00:00", "2027-01-01 00:00", 261 * 8 * time.Hour},
		"before 1970":                {utc, "1969-12-29 00:00", "1970-01-05 00:00", 40 * time.Hour},
		"by the clock of the zone":   {berlin, "2026-12-07 07:00 +00", "2026-12-07 09:00 +00", time.Hour},
		"a holiday":                  {berlin, "2026-12-24 16:00", "2026-12-28 10:00", 2 * time.Hour},
		"holidays on a weekend":      {berlin, "2026-12-28 00:00", "2027-01-04 00:00", 32 * time.Hour},
		"summer begins":              {berlin, "2026-03-27 16:00", "2026-03-30 10:00", 2 * time.Hour},
		"the short day":              {inBerlin, "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		"the long day":               {inBerlin, "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		"hours that are cut":         {early, "2026-03-29 00:00", "2026-03-30 00:00", 30 * time.Minute},
		"hours that come twice":      {early, "2026-10-25 00:00", "2026-10-26 00:00", 90 * time.Minute},
		"no clock changes":           {always, "2026-03-29 00:00", "2026-03-30 00:00", 24 * time.Hour},
	} {
		if got := c.w.Between(instant(t, c.w, c.from), instant(t, c.w, c.to)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWorkingTimeAfter(t *testing.T) {
	utc, berlin := office(t, "UTC"), office(t, "Europe/Berlin", "2026-12-25", "2027-01-01")
	shut := utc
	for d := date(t, "2026-12-07"); d < date(t, "2027-12-07"); d++ {
		shut.Holidays = append(shut.Holidays, d)
	}
	for name, c := range map[string]struct {
		w    duty.WorkingTime
		from string
		d    time.Duration
		want string
	}{
		"within a day":         {utc, "2026-12-07 10:00", time.Hour, "2026-12-07 11:00"},
		"to the end of a day":  {utc, "2026-12-07 10:00", 7 * time.Hour, "2026-12-07 17:00"},
		"from the night":       {utc, "2026-12-07 22:00", time.Hour, "2026-12-08 10:00"},
		"over a weekend":       {utc, "2026-12-11 16:00", 2 * time.Hour, "2026-12-14 10:00"},
		"nothing":              {utc, "2026-12-12 10:00", 0, "2026-12-12 10:00"},
		"less than nothing":    {utc, "2026-12-12 10:00", -time.Hour, "2026-12-12 10:00"},
		"a hundred days":       {utc, "2026-12-07 09:00", 800 * time.Hour, "2027-04-23 17:00"},
		"over holidays":        {berlin, "2026-12-24 16:00", 2 * time.Hour, "2026-12-28 10:00"},
		"over two holidays":    {berlin, "2026-12-24 16:00", 42 * time.Hour, "2027-01-05 10:00"},
		"over a change":        {berlin, "2026-03-27 16:00", 2 * time.Hour, "2026-03-30 10:00"},
		"over a year of leave": {shut, "2026-12-04 16:00", 2 * time.Hour, "2027-12-07 10:00"},
		"after a leap year":    {berlin, "2040-12-31 16:00", 2 * time.Hour, "2041-01-01 10:00"},
		"before 1970":          {utc, "1969-12-31 16:00", 10 * time.Hour, "1970-01-02 10:00"},
	} {
		if got, want := c.w.After(instant(t, c.w, c.from), c.d), instant(t, c.w, c.want); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", name, got.In(c.w.Zone), want)
		}
	}
	if got := (duty.WorkingTime{Zone: time.UTC}).After(time.Now(), time.Hour); got.Year() < 9999 {
		t.Errorf("without working days it is %s", got)
	}
}

func TestMidnightThatIsSkipped(t *testing.T) {
	cairo := office(t, "Africa/Cairo")
	if got, want := date(t, "2026-04-24").Midnight(cairo.Zone), instant(t, cairo, "2026-04-24 00:00 +02"); !got.Equal(want) {
		t.Errorf("the day begins at %s, want %s", got.In(cairo.Zone), want)
	}
	apia := office(t, "Pacific/Apia") // which had no December 30, 2011
	if got, want := date(t, "2011-12-30").Midnight(apia.Zone), date(t, "2011-12-31").Midnight(apia.Zone); !got.Equal(want) {
		t.Errorf("the day that was not begins at %s, the next one at %s", got, want)
	}
}

func BenchmarkWorkingTime(b *testing.B) {
	w := office(b, "Europe/Berlin", "2026-12-25", "2026-12-28", "2027-01-01", "2027-04-02", "2027-05-01", "2027-10-03")
	from := time.Date(2026, 12, 7, 10, 0, 0, 0, time.UTC)
	b.Run("between", func(b *testing.B) {
		for b.Loop() {
			w.Between(from, from.AddDate(1, 0, 0))
		}
	})
	b.Run("after", func(b *testing.B) {
		for b.Loop() {
			w.After(from, 2000*time.Hour)
		}
	})
}
