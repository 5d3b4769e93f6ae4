package gerrit_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	gosync "sync"
	"time"
)

// setUp makes the people (once per server) and new projects (for each run) as admin.
func setUp(address string) (*realGerrit, error) {
	user, password, found := strings.Cut(os.Getenv("REVIEWSYNC_TEST_GERRIT_ADMIN"), ":")
	if !found {
		user, password = "admin", "secret"
	}
	git, err := newGitDir()
	if err != nil {
		return nil, err
	}
	run := fmt.Sprintf("ct%x/", time.Now().UnixNano())
	g := &realGerrit{
		url: strings.TrimSuffix(address, "/"), adminUser: user, adminPassword: password, git: git, alone: new(gosync.Mutex),
		projects: projectNames{run + "core", run + "plain", run + "hidden"}, changes: map[int]*pushed{},
	}
	if err := g.setUpPeople(); err != nil {
		return nil, err
	}
	hiders, err := g.group("ct-hiders", alice)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{g.projects.core, g.projects.plain, g.projects.hidden} {
		if err := g.setUpProject(name); err != nil {
			return nil, err
		}
	}
	if err := g.label(g.projects.core, "Code-Review", -2, "changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR changekind:NO_CODE_CHANGE OR is:MIN"); err != nil {
		return nil, err
	}
	read := map[string]any{"exclusive": true, "rules": map[string]any{hiders: map[string]any{"action": "ALLOW"}}}
	err = g.access(g.projects.hidden, map[string]any{
		"refs/*":       map[string]any{"permissions": map[string]any{"read": read}},
		"refs/heads/*": map[string]any{"permissions": map[string]any{"read": read}},
	})
	return g, err
}

func (g *realGerrit) admin(method, path string, in, out any) error {
	return g.call(g.adminUser, method, path, in, out)
}

// missing says whether a GET by admin answers 404.
func (g *realGerrit) missing(path string) (bool, error) {
	err := g.admin("GET", path, nil, nil)
	var r refused
	if errors.As(err, &r) && r.status == 404 {
		return true, nil
	}
	return false, err
}

func (g *realGerrit) setUpPeople() error {
	for _, name := range []string{alice, bob, vol, eve, sync, ci, ghost} {
		err := g.admin("PUT", "/accounts/"+name, map[string]string{
			"name": strings.ToUpper(name[:1]) + name[1:] + " Example", "email": name + "@example.org", "http_password": g.Password(name),
		}, nil)
		if r, _ := errors.AsType[refused](err); err != nil && r.status != 409 { // 409: made by an earlier run
			return err
		}
	}
	if gone, err := g.missing("/accounts/" + ghost); err != nil {
		return err
	} else if !gone {
		if err := g.admin("DELETE", "/accounts/"+ghost+"/active", nil, nil); err != nil {
			return err
		}
	}
	if _, err := g.group("Service Users", sync, ci); err != nil {
		return err
	}
	team, err := g.group("ct-team", alice, bob)
	g.teamID = team
	return err
}

// group makes a group, puts members in, and returns its id.
func (g *realGerrit) group(name string, members ...string) (string, error) {
	path := "/groups/" + url.PathEscape(name)
	gone, err := g.missing(path)
	if err != nil {
		return "", err
	}
	if gone {
		if err := g.admin("PUT", path, map[string]any{"visible_to_all": true}, nil); err != nil {
			return "", err
		}
		if err := g.admin("DELETE", path+"/members/"+g.adminUser, nil, nil); err != nil { // the maker is made a member
			return "", err
		}
	}
	if err := g.admin("POST", path+"/members", map[string]any{"members": members}, nil); err != nil {
		return "", err
	}
	var got struct{ ID string }
	err = g.admin("GET", path, nil, &got)
	id, unescapeErr := url.PathUnescape(got.ID)
	return id, errors.Join(err, unescapeErr)
}

func (g *realGerrit) setUpProject(name string) error {
	err := g.admin("PUT", "/projects/"+url.PathEscape(name), map[string]any{
		"create_empty_commit": true, "branches": []string{"master", "REL1_43", "REL1_44"}, "submit_type": "MERGE_IF_NECESSARY",
	}, nil)
	if err != nil {
		return err
	}
	if err := g.label(name, "Verified", -1, "changekind:NO_CODE_CHANGE OR changekind:NO_CHANGE"); err != nil {
		return err
	}
	bots, err := g.group("Service Users")
	if err != nil {
		return err
	}
	allow := map[string]any{"action": "ALLOW"}
	between := func(lo, hi int) map[string]any { return map[string]any{"action": "ALLOW", "min": lo, "max": hi} }
	permissions := map[string]any{
		"label-Code-Review": map[string]any{"label": "Code-Review", "rules": map[string]any{
			g.teamID: between(-2, 2), "global:Registered-Users": between(-1, 1),
		}},
		"label-Verified": map[string]any{"label": "Verified", "rules": map[string]any{
			g.teamID: between(-1, 2), bots: between(-1, 2),
		}},
	}
	for _, p := range []string{"submit", "abandon", "removeReviewer", "toggleWipState", "editHashtags", "push", "create"} {
		permissions[p] = map[string]any{"rules": map[string]any{g.teamID: allow}}
	}
	create := map[string]any{"create": map[string]any{"rules": map[string]any{g.teamID: allow}}}
	return g.access(name, map[string]any{
		"refs/heads/*": map[string]any{"permissions": permissions}, "refs/tags/*": map[string]any{"permissions": create},
	})
}

func (g *realGerrit) access(project string, add map[string]any) error {
	return g.admin("POST", "/projects/"+url.PathEscape(project)+"/access", map[string]any{"add": add}, nil)
}

// label from lo to 2, with the function that the server gives Code-Review.
func (g *realGerrit) label(project, name string, lo int, copyCondition string) error {
	function := "NoBlock"
	if name == "Code-Review" {
		var inherited struct{ Function string }
		if err := g.admin("GET", "/projects/All-Projects/labels/Code-Review", nil, &inherited); err != nil {
			return err
		}
		function = inherited.Function
	}
	values := map[string]string{}
	for v := lo; v <= 2; v++ {
		key := " 0"
		if v != 0 {
			key = fmt.Sprintf("%+d", v)
		}
		values[key] = "Score " + key
	}
	return g.admin("PUT", "/projects/"+url.PathEscape(project)+"/labels/"+name, map[string]any{
		"values": values, "copy_condition": copyCondition, "function": function, "default_value": 0,
	}, nil)
}
