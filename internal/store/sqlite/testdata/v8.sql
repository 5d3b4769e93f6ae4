begin;
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
CREATE TABLE moment (
    kind text   not null,
    name text   not null,
    at   bigint not null,
    primary key (kind, name)
) without rowid;
CREATE TABLE change (
    key   text   not null primary key,
    found text   not null,
    meta  text   not null,
    open  bigint not null,
    sweep bigint not null
, twins text not null default '') without rowid;
CREATE TABLE snapshot (
    key  text not null primary key,
    body text not null
);
CREATE TABLE link (
    key  text   not null,
    task bigint not null,
    primary key (key, task)
) without rowid;
CREATE TABLE work (
    kind     text   not null,
    key      text   not null,
    want     bigint not null,
    done     bigint not null,
    attempts bigint not null,
    next_at  bigint not null,
    class    text   not null,
    error    text   not null,
    since    bigint not null,
    primary key (kind, key)
) without rowid;
CREATE TABLE board_column (
    board text not null,
    name  text not null,
    phid  text not null,
    primary key (board, name)
) without rowid;
CREATE TABLE settled (
    task        bigint not null,
    board       text   not null,
    digest      text   not null,
    column_name text   not null,
    at          bigint not null,
    primary key (task, board)
) without rowid;
CREATE TABLE op (
    id      integer primary key,
    key     text   not null,
    task    bigint not null,
    board   text   not null,
    kind    text   not null,
    detail  text   not null,
    state   text   not null,
    created bigint not null,
    ended   bigint not null,
    result  text   not null,
    error   text   not null
);
CREATE TABLE contained (
    key   text   not null,
    ref   text   not null,
    since bigint not null,
    primary key (key, ref)
) without rowid;
CREATE TABLE looked (
    key text   not null primary key,
    at  bigint not null
) without rowid;
CREATE TABLE wait (
    task  bigint not null,
    board text   not null,
    key   text   not null,
    until bigint not null,
    since bigint not null,
    primary key (task, board, key)
) without rowid;
CREATE TABLE duplicate (
    task     bigint not null primary key,
    target   bigint not null,
    at       bigint not null,
    modified bigint not null
) without rowid;
CREATE TABLE said (
    task bigint not null,
    key  text   not null,
    primary key (task, key)
) without rowid;
CREATE TABLE duty (
    first  text not null primary key,
    last   text not null,
    people text not null,
    served text not null
) without rowid;
CREATE TABLE duty_member (
    project text not null,
    person  text not null,
    primary key (project, person)
) without rowid;
CREATE TABLE ask (
    change text   not null,
    why    text   not null,
    votes  bigint not null,
    who    text   not null,
    at     bigint not null,
    open   bigint not null,
    primary key (change, why, votes, who)
) without rowid;
CREATE TABLE ask_next (
    key text   not null primary key,
    at  bigint not null
) without rowid;
CREATE TABLE project (
	tag  text primary key,
	phid text not null
);
CREATE INDEX change_open on change (sweep) where open = 1;
CREATE INDEX link_task on link (task, key);
CREATE INDEX op_key on op (key);
CREATE INDEX op_task on op (task);
CREATE INDEX change_twins on change (twins) where twins <> '';
CREATE INDEX duplicate_target on duplicate (target, task);
CREATE INDEX ask_at on ask (at);
insert into ask (change, why, votes, who, at, open) values ('mediawiki/core~1', 'request', 2, 'bob', 1796655870000, 1);
insert into ask (change, why, votes, who, at, open) values ('mediawiki/core~13', 'request', 2, 'bob', 1796634150000, 1);
insert into ask (change, why, votes, who, at, open) values ('mediawiki/core~6', 'request', 2, 'alice', 1796655840000, 1);
insert into ask_next (key, at) values ('mediawiki/core~13', 1796734950000);
insert into board_column (board, name, phid) values ('PHID-PROJ-lubkavzo55nrc52mvmq5', 'Doing', 'PHID-PCOL-kw6i6tlukrxgagt6gyk7');
insert into board_column (board, name, phid) values ('PHID-PROJ-lubkavzo55nrc52mvmq5', 'Done', 'PHID-PCOL-tzzrfsjil44ubv3gewwx');
insert into board_column (board, name, phid) values ('PHID-PROJ-lubkavzo55nrc52mvmq5', 'External Code Reviews', 'PHID-PCOL-i2yg2rp7eykrlydckp7c');
insert into board_column (board, name, phid) values ('PHID-PROJ-lubkavzo55nrc52mvmq5', 'Ready', 'PHID-PCOL-vv7tjuf5qvjkgdldb7bu');
insert into board_column (board, name, phid) values ('PHID-PROJ-lubkavzo55nrc52mvmq5', 'Waiting for Deployment', 'PHID-PCOL-ux4shtxc6it7dmdvsk4v');
insert into board_column (board, name, phid) values ('PHID-PROJ-lubkavzo55nrc52mvmq5', 'Waiting for Review', 'PHID-PCOL-7w55strlenfdkj3zmrtk');
insert into board_column (board, name, phid) values ('PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'In Progress', 'PHID-PCOL-mselcwhjqke4euc3dbw3');
insert into board_column (board, name, phid) values ('PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'Review Completed', 'PHID-PCOL-btdaxvnakgsyoxkwj26g');
insert into board_column (board, name, phid) values ('PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'Review Needed', 'PHID-PCOL-xrfwnwbswow7kr275hnq');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~1', 'dc138d0d43d48e8ec31a04e69701c8a8e3ffe077', 'dc138d0d43d48e8ec31a04e69701c8a8e3ffe077', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~10', '0bc830762f0e5fe1a2733c4310b014e17ef8fb27', '0bc830762f0e5fe1a2733c4310b014e17ef8fb27', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~11', '4ae0d6a6bbce60b98b581820a3c3669304048d73', '4ae0d6a6bbce60b98b581820a3c3669304048d73', 0, 1796655600000000000, 'mediawiki/core~I712e0a79efbff6cedcbadd748b5c6bcee8cd3ae5');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~12', 'c6fd41b8da0ac962aeb2f646fa01369f72d755db', 'a2116a59afcadb2ccb41bfe66735c7c00fc7fa3b', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~13', '5e781428f8bafb8d3cb67f762258533c3dca28f7', '5e781428f8bafb8d3cb67f762258533c3dca28f7', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~14', 'f00e356e375e0ee567c6e2cad77f4262d989410d', 'f00e356e375e0ee567c6e2cad77f4262d989410d', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~15', 'a476485c524e05a94bda947ec555d5c1b768fb95', 'a476485c524e05a94bda947ec555d5c1b768fb95', 0, 0, 'mediawiki/core~Ie8163ebe5d8964c051635192da82e1754a8a0408');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~16', 'a866a35e59f0f4c9cba0c7664a26955a30825f16', 'a866a35e59f0f4c9cba0c7664a26955a30825f16', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~17', '4e2a5f1f94636ce3dfc197c5a61f2e014548f7a0', '4e2a5f1f94636ce3dfc197c5a61f2e014548f7a0', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~18', '6d4756e0853efebe4e89c636d7f0d5fc22127257', '6d4756e0853efebe4e89c636d7f0d5fc22127257', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~2', 'f2cd4b0184c354c1d748ce5d617db44f3fbf4110', 'f2cd4b0184c354c1d748ce5d617db44f3fbf4110', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~3', 'c95af1eefbad7ff281b1f94f84ddecc261d055e3', 'c95af1eefbad7ff281b1f94f84ddecc261d055e3', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~4', '3f848173f4b02ddf608ddab328e0549885bc00f6', '3f848173f4b02ddf608ddab328e0549885bc00f6', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~5', 'dfc1ace959f8e85a7dd2d005523b02852df2d46f', 'dfc1ace959f8e85a7dd2d005523b02852df2d46f', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~6', '4ef6ee1e4769de1359b310c2f82eb91eefd38d9f', '4ef6ee1e4769de1359b310c2f82eb91eefd38d9f', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~7', '1bfd01778d208c1b24aef347bbe9c1827bfb8277', '1bfd01778d208c1b24aef347bbe9c1827bfb8277', 1, 1796655600000000000, '');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~8', '29d83fa0c84762e016ba6dd20ec7addd3e08f683', '29d83fa0c84762e016ba6dd20ec7addd3e08f683', 0, 0, 'mediawiki/core~I8739f53f2459131d9eb0be4d10f8754e66f9c488');
insert into change (key, found, meta, open, sweep, twins) values ('mediawiki/core~9', '4855568dff493dbcb3f4c3b961489ff826ef0cca', '4855568dff493dbcb3f4c3b961489ff826ef0cca', 0, 0, 'mediawiki/core~I443fe0400f6b637638f9e46258a15f38b4607123');
insert into contained (key, ref, since) values ('mediawiki/core~11', 'refs/heads/master', 1796655850000);
insert into contained (key, ref, since) values ('mediawiki/core~15', 'refs/heads/master', 1796634092000);
insert into contained (key, ref, since) values ('mediawiki/core~8', 'refs/heads/master', 1796634093000);
insert into contained (key, ref, since) values ('mediawiki/core~9', 'refs/heads/master', 1796634187000);
insert into duplicate (task, target, at, modified) values (5, 6, 1796634124000, 1796634124000);
insert into duty (first, last, people, served) values ('2026-12-07', '2026-12-07', '["alice","bob"]', '');
insert into duty (first, last, people, served) values ('2026-12-08', '2026-12-08', '["carol","dave"]', '');
insert into duty_member (project, person) values ('PHID-PROJ-44u2mqh4lhcddeepbucq', 'PHID-USER-uc4ts6x4gpxrhmanxedn');
insert into duty_member (project, person) values ('PHID-PROJ-44u2mqh4lhcddeepbucq', 'PHID-USER-va7uu7fxz3n4jdi3fzil');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (1, 0, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (2, 1, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (3, 2, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (4, 3, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (5, 4, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (6, 5, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (7, 6, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (8, 7, 1, '2026-11-27 18:40:11');
insert into goose_db_version (id, version_id, is_applied, tstamp) values (9, 8, 1, '2026-11-27 18:40:11');
insert into link (key, task) values ('mediawiki/core~1', 1);
insert into link (key, task) values ('mediawiki/core~10', 13);
insert into link (key, task) values ('mediawiki/core~11', 14);
insert into link (key, task) values ('mediawiki/core~12', 16);
insert into link (key, task) values ('mediawiki/core~13', 17);
insert into link (key, task) values ('mediawiki/core~14', 4);
insert into link (key, task) values ('mediawiki/core~15', 10);
insert into link (key, task) values ('mediawiki/core~16', 15);
insert into link (key, task) values ('mediawiki/core~17', 4711);
insert into link (key, task) values ('mediawiki/core~18', 11);
insert into link (key, task) values ('mediawiki/core~2', 2);
insert into link (key, task) values ('mediawiki/core~3', 3);
insert into link (key, task) values ('mediawiki/core~4', 5);
insert into link (key, task) values ('mediawiki/core~5', 7);
insert into link (key, task) values ('mediawiki/core~6', 8);
insert into link (key, task) values ('mediawiki/core~7', 9);
insert into link (key, task) values ('mediawiki/core~8', 11);
insert into link (key, task) values ('mediawiki/core~9', 12);
insert into looked (key, at) values ('mediawiki/core~11', 0);
insert into looked (key, at) values ('mediawiki/core~15', 1796655760000);
insert into looked (key, at) values ('mediawiki/core~8', 0);
insert into looked (key, at) values ('mediawiki/core~9', 0);
insert into moment (kind, name, at) values ('board', 'PHID-PROJ-lubkavzo55nrc52mvmq5', 1796634000000);
insert into moment (kind, name, at) values ('comments', 'asked', 1796634000000);
insert into moment (kind, name, at) values ('comments', 'linked', 1796634000000);
insert into moment (kind, name, at) values ('comments', 'merged', 1796634000000);
insert into moment (kind, name, at) values ('comments', 'reverted', 1796634000000);
insert into moment (kind, name, at) values ('followed', '', 1796634000000);
insert into moment (kind, name, at) values ('scope', 'comments
["#clinic-duty-team","cpt",{"Owners":["team"],"Repositories":null,"Branches":null},["labs/*"]]
["#external-code-reviews","cpt",{"Owners":["outsiders"],"Repositories":["mediawiki/*"],"Branches":["master","wmf/*"]},["mediawiki/*"]]', 0);
insert into moment (kind, name, at) values ('scope', 'tag #patch-for-review
["#clinic-duty-team","cpt",{"Owners":["team"],"Repositories":null,"Branches":null},["labs/*"]]
["#external-code-reviews","cpt",{"Owners":["outsiders"],"Repositories":["mediawiki/*"],"Branches":["master","wmf/*"]},["mediawiki/*"]]', 1796634000000);
insert into moment (kind, name, at) values ('store', 'beat', 1796655870000);
insert into moment (kind, name, at) values ('store', 'created', 1796634000000);
insert into moment (kind, name, at) values ('watermark', 'gerrit', 1796655850000);
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (1, 'duty PHID-PROJ-44u2mqh4lhcddeepbucq 1796634000', 0, '#clinic-duty-on-call', 'duty', '#clinic-duty-on-call: alice, bob on duty; new: alice, bob', 'done', 1796634000000, 1796634000000, '', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (10, 'move T7 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 7, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T7: put on #external-code-reviews -> Review Needed: change 5 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-7ubyqpppphmwejn PHID-XACT-TASK-uvanfpvgjd2somv PHID-XACT-TASK-jw7b2o35c7hpip5', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (11, 'move T11 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 11, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T11: In Progress -> Review Needed: change 8 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-iy4aynndqsregyv PHID-XACT-TASK-5y3vmnt2jo7aa35 PHID-XACT-TASK-sz2kbnzrdkn5j6f', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (12, 'move T9 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 9, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T9: In Progress -> Review Needed: change 7 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-r3xj7llxq5wshh6 PHID-XACT-TASK-g4w6tlrokzepbkg PHID-XACT-TASK-34vtilxfevsllno', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (13, 'tag T3 1796634000', 3, '', 'tag', 'T3: tagged #patch-for-review: change 3 is open', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-26ssgkjlri4ajwg PHID-XACT-TASK-p7rh3jpclek5czo', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (14, 'move T8 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 8, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T8: External Code Reviews (#clinic-duty-team) -> Review Needed: change 6 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-obpgzibiyxtsach PHID-XACT-TASK-dco3nih7rtbpkfp PHID-XACT-TASK-ycnqcinwlppleix', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (15, 'move T5 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 5, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T5: In Progress -> Review Needed: change 4 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-xekpah73yczacrp PHID-XACT-TASK-mfjevgfts6g5lux PHID-XACT-TASK-bgizjglkm2uzfx7', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (16, 'move T1 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 1, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T1: In Progress -> Review Needed: change 1 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-aifyhf5pzn6oday PHID-XACT-TASK-vien4edhtjmlnda PHID-XACT-TASK-kjdcrej6mf2hhgi', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (17, 'move T2 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 2, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T2: In Progress -> Review Needed: change 2 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-jlabpd3d2yd5epa PHID-XACT-TASK-6l7vddb3turzosi PHID-XACT-TASK-tm6kychsnq7vivq', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (18, 'move T1 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-mselcwhjqke4euc3dbw3 1796634091', 1, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T1: Review Needed -> In Progress: alice voted -1 on patch set 1 of change 1 (Mon 09:01); vol1 has not answered yet', 'done', 1796634120000, 1796634120000, 'PHID-XACT-TASK-rqyiual5hxsaehb', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (19, 'move T17 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-btdaxvnakgsyoxkwj26g 1796634093', 17, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T17: Review Needed -> Review Completed: alice voted +1 on patch set 1 of change 13 (Mon 09:01); 1 of 1 team votes, nobody else was asked', 'done', 1796634120000, 1796634120000, 'PHID-XACT-TASK-qsvhs74cvk4vbqz', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (2, 'move T17 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 17, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T17: In Progress -> Review Needed: change 13 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-x2irw57pkpbfjrj PHID-XACT-TASK-m3hgl5fhelpbdur PHID-XACT-TASK-b4g374l65g55mxz', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (20, 'move T10 PHID-PROJ-lubkavzo55nrc52mvmq5 PHID-PCOL-ux4shtxc6it7dmdvsk4v 1796634092', 10, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'move', 'T10: Waiting for Review -> Waiting for Deployment: change 15 of erin is merged (Mon 09:01), not deployed yet: no branch or tag that fits wmf/* has it', 'done', 1796634120000, 1796634120000, 'PHID-XACT-TASK-pusgq6oic6flpzr PHID-XACT-TASK-evr3e6u73zthj4z PHID-XACT-TASK-zvqqz52wvvbed7b', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (21, 'move T11 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-btdaxvnakgsyoxkwj26g 1796634093', 11, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T11: Review Needed -> Review Completed: change 8 of vol1 is merged (Mon 09:01)', 'done', 1796634120000, 1796634120000, 'PHID-XACT-TASK-yxnpx4m4cjlzai2 PHID-XACT-TASK-nymem4st4ezvklc PHID-XACT-TASK-czlza4ykwahseok', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (22, 'ask mediawiki/core~13 request 2 bob', 0, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'requested ask', 'change 13: bob is asked (on duty): vol1 asked for a second review (hashtag second-review, Dec 7 09:02 UTC)', 'done', 1796634150000, 1796634150000, 'b4b1420bd2d29f2006b14add03a92b491ba2dc0b', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (23, 'tag T11 1796634120', 11, '', 'tag', 'T11: tagged #patch-for-review: change 18 is open', 'done', 1796634150000, 1796634150000, 'PHID-XACT-TASK-76cw2yo352dsnjt PHID-XACT-TASK-u7blpyusxwrohm3', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (24, 'move T1 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634124', 1, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T1: In Progress -> Review Needed: vol1 answered alice''s -1 with patch set 2 of change 1 (Mon 09:02); 0 of 1 team votes', 'done', 1796634150000, 1796634150000, 'PHID-XACT-TASK-tb7jnxgyek3dfvt', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (25, 'move T17 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634124', 17, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T17: Review Completed -> Review Needed: change 13 of vol1 waits for review (since Mon 09:01); 1 of 2 team votes; 2 votes wanted: vol1 asked for a second review (hashtag second-review, Mon 09:02)', 'done', 1796634150000, 1796634150000, 'PHID-XACT-TASK-sd4ilwy5r5ezc6l', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (26, 'comment T17 13#reviewsync-asked-6bfb82f5852b1857', 17, '', 'comment', 'T17: commented that bob was asked for a review of change 13', 'done', 1796634180000, 1796634180000, 'PHID-XACT-TASK-rfzhjvkd7qooahe', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (27, 'move T1 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-btdaxvnakgsyoxkwj26g 1796634155', 1, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T1: Review Needed -> Review Completed: alice voted +1 on patch set 2 of change 1 (Mon 09:02); 1 of 1 team votes, nobody else was asked', 'done', 1796634180000, 1796634180000, 'PHID-XACT-TASK-qhwghu4imeydoq4', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (28, 'move T6 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-mselcwhjqke4euc3dbw3 1796634155', 6, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T6: Review Completed -> In Progress: alice voted -1 on patch set 1 of change 4 (Mon 09:02); vol1 has not answered yet', 'done', 1796634180000, 1796634180000, 'PHID-XACT-TASK-pjtfftoozxbzlzu PHID-XACT-TASK-eks2zsufttpvf44 PHID-XACT-TASK-zkrpos24mp5rp7e', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (29, 'move T12 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-btdaxvnakgsyoxkwj26g 1796634187', 12, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T12: Review Needed -> Review Completed: change 9 of vol1 is merged (Mon 09:03)', 'unknown', 1796634210000, 1796634210000, '', 'phabricator: maniphest.edit: Post "https://phabricator.example.org/api/maniphest.edit": connection reset by peer');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (3, 'move T4 PHID-PROJ-lubkavzo55nrc52mvmq5 PHID-PCOL-7w55strlenfdkj3zmrtk 1796634060', 4, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'move', 'T4: Ready -> Waiting for Review: change 14 of erin waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-a6d2535dl2gtkas PHID-XACT-TASK-v6cps3d3ewuped2 PHID-XACT-TASK-k7beh3js6rcmogc', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (30, 'tag T12 1796634090', 12, '', 'tag', 'T12: no longer #patch-for-review: none of its changes is open', 'done', 1796634210000, 1796634210000, '', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (31, 'remind mediawiki/core~13 request 2 bob reminder', 0, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'remind', 'change 13: bob is reminded: asked Dec 7 09:02 UTC, no answer', 'done', 1796655750000, 1796655750000, '5e781428f8bafb8d3cb67f762258533c3dca28f7', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (32, 'ask mediawiki/core~6 request 2 alice', 0, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'requested ask', 'change 6: alice is asked (on duty): vol1 asked for a second review (hashtag second-review, Dec 7 15:03 UTC)', 'done', 1796655840000, 1796655840000, '4ef6ee1e4769de1359b310c2f82eb91eefd38d9f', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (33, 'move T13 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-mselcwhjqke4euc3dbw3 1796655818', 13, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T13: Review Needed -> In Progress: alice voted -1 on patch set 1 of change 10 (Mon 15:03); vol1 has not answered yet', 'failed', 1796655840000, 1796655840000, '', 'phabricator: maniphest.edit: ERR-CONDUIT-CORE: [You Shall Not Pass: T13] (Can Edit) You do not have permission to edit this object. // dave (Dave) can take this action. The assignee of a task can always view and edit it. (give the bot''s account permission to see and edit T13, or take T13 off the board)');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (34, 'move T15 PHID-PROJ-lubkavzo55nrc52mvmq5 PHID-PCOL-kw6i6tlukrxgagt6gyk7 1796655850', 15, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'move', 'T15: Waiting for Review -> Doing: alice voted -1 on patch set 1 of change 16 (Mon 15:04); erin has not answered yet', 'pending', 1796655870000, 0, '', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (35, 'ask mediawiki/core~1 request 2 bob', 0, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'requested ask', 'change 1: bob is asked (on duty): vol1 asked for a second review (hashtag second-review, Dec 7 15:04 UTC)', 'pending', 1796655870000, 0, '', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (36, 'comment T8 6#reviewsync-asked-6e9606f9db454d8c', 8, '', 'comment', 'T8: commented that alice was asked for a review of change 6', 'done', 1796655870000, 1796655870000, 'PHID-XACT-TASK-lrhb5oweofioc5v', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (37, 'move T14 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-btdaxvnakgsyoxkwj26g 1796655850', 14, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T14: Review Needed -> Review Completed: change 11 of vol1 is merged (Mon 15:04)', 'pending', 1796655870000, 0, '', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (4, 'move T16 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 16, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T16: In Progress -> Review Needed: change 12 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-jb7cf23xlfmbmp2 PHID-XACT-TASK-6b6xzzbpfb25fsc PHID-XACT-TASK-tc5mozhg74h2pvk', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (5, 'move T15 PHID-PROJ-lubkavzo55nrc52mvmq5 PHID-PCOL-7w55strlenfdkj3zmrtk 1796634060', 15, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'move', 'T15: Ready -> Waiting for Review: change 16 of erin waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-se2lmyzlmqrpn6c PHID-XACT-TASK-hfzaby7cgm7lhbl PHID-XACT-TASK-4fyvvxf27hnibet', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (6, 'move T10 PHID-PROJ-lubkavzo55nrc52mvmq5 PHID-PCOL-7w55strlenfdkj3zmrtk 1796634060', 10, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'move', 'T10: Doing -> Waiting for Review: change 15 of erin waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-3hvutwx7m3w5onl PHID-XACT-TASK-qiujiw5wgxe2iqt PHID-XACT-TASK-fjt64vdoatswct3', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (7, 'move T13 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 13, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T13: In Progress -> Review Needed: change 10 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-elq52uvtng4la4t PHID-XACT-TASK-zlpspu3khckik73 PHID-XACT-TASK-omoheubcb6xeece', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (8, 'move T14 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 14, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T14: In Progress -> Review Needed: change 11 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-nolgctthorb2bl4 PHID-XACT-TASK-cpk3wsz6hnpwloe PHID-XACT-TASK-xpjqls7vbj5sfrm', '');
insert into op (id, key, task, board, kind, detail, state, created, ended, result, error) values (9, 'move T12 PHID-PROJ-nqhmexvddx2ghlkjsv3z PHID-PCOL-xrfwnwbswow7kr275hnq 1796634060', 12, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'move', 'T12: In Progress -> Review Needed: change 9 of vol1 waits for review (since Mon 09:01); 0 of 1 team votes', 'done', 1796634090000, 1796634090000, 'PHID-XACT-TASK-wrgpjrr3o4gid2e PHID-XACT-TASK-lsfe6qxsiyuen5m PHID-XACT-TASK-atezsq5jcucbhav', '');
insert into project (tag, phid) values ('#clinic-duty-on-call', 'PHID-PROJ-44u2mqh4lhcddeepbucq');
insert into project (tag, phid) values ('#clinic-duty-team', 'PHID-PROJ-lubkavzo55nrc52mvmq5');
insert into project (tag, phid) values ('#external-code-reviews', 'PHID-PROJ-nqhmexvddx2ghlkjsv3z');
insert into project (tag, phid) values ('#patch-for-review', 'PHID-PROJ-r5tpbqntfdq7mhmkhnl3');
insert into said (task, key) values (1, '1#reviewsync-linked');
insert into said (task, key) values (10, '15#reviewsync-linked');
insert into said (task, key) values (10, '15#reviewsync-merged');
insert into said (task, key) values (11, '18#reviewsync-linked');
insert into said (task, key) values (11, '8#reviewsync-linked');
insert into said (task, key) values (11, '8#reviewsync-merged');
insert into said (task, key) values (12, '9#reviewsync-linked');
insert into said (task, key) values (12, '9#reviewsync-merged');
insert into said (task, key) values (13, '10#reviewsync-linked');
insert into said (task, key) values (14, '11#reviewsync-linked');
insert into said (task, key) values (15, '16#reviewsync-linked');
insert into said (task, key) values (16, '12#reviewsync-linked');
insert into said (task, key) values (17, '13#reviewsync-asked-6bfb82f5852b1857');
insert into said (task, key) values (17, '13#reviewsync-linked');
insert into said (task, key) values (2, '2#reviewsync-linked');
insert into said (task, key) values (3, '3#reviewsync-linked');
insert into said (task, key) values (4, '14#reviewsync-linked');
insert into said (task, key) values (5, '4#reviewsync-linked');
insert into said (task, key) values (6, '4#reviewsync-linked');
insert into said (task, key) values (7, '5#reviewsync-linked');
insert into said (task, key) values (8, '6#reviewsync-asked-6e9606f9db454d8c');
insert into said (task, key) values (8, '6#reviewsync-linked');
insert into said (task, key) values (9, '7#reviewsync-linked');
insert into settled (task, board, digest, column_name, at) values (1, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~1	4fccce5405dbba32	cbf29ce484222325	~=97d397ad7373c212	~Code-Review=6df53d6d9629fde8', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (1, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~1	4fccce5405dbba32	cbf29ce484222325	~=97d397ad7373c212	~Code-Review=6df53d6d9629fde8', 'PHID-PCOL-btdaxvnakgsyoxkwj26g', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (10, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~15	84cde16e4b7baca5	e87a45b595746fca	~=f70d96c5ee681bab	~Code-Review=c40ba6372eeea504', 'PHID-PCOL-ux4shtxc6it7dmdvsk4v', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (10, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~15	84cde16e4b7baca5	e87a45b595746fca	~=f70d96c5ee681bab	~Code-Review=c40ba6372eeea504', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (11, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~8	6c881d29e12d53f0	48feb51ec94759bd	~=38b79e9ad8866bf0	~Code-Review=671159a814119fe3', '', 1796634118000);
insert into settled (task, board, digest, column_name, at) values (11, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~18	38d7acea9844bb5d	cbf29ce484222325	~=38d7acea9844bb5d
mediawiki/core~8	6c881d29e12d53f0	48feb51ec94759bd	~=38b79e9ad8866bf0	~Code-Review=671159a814119fe3', 'PHID-PCOL-btdaxvnakgsyoxkwj26g', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (12, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~9	9083701408bcc5b7	446cc32ca54a8f5f	~=71ddf366ca583b01	~Code-Review=679fcf3e0f633c7d', '', 1796634237736);
insert into settled (task, board, digest, column_name, at) values (12, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~9	9083701408bcc5b7	446cc32ca54a8f5f	~=71ddf366ca583b01	~Code-Review=679fcf3e0f633c7d', 'PHID-PCOL-btdaxvnakgsyoxkwj26g', 1796634237736);
insert into settled (task, board, digest, column_name, at) values (13, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~10	86253b57ca18f4c	cbf29ce484222325	~=b4f056a0bcb3cd37	~Code-Review=399cc895ec615a57', '', 1796655838000);
insert into settled (task, board, digest, column_name, at) values (13, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~10	b4f056a0bcb3cd37	cbf29ce484222325	~=b4f056a0bcb3cd37', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (14, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~11	b4f6daa0bcb63608	cbf29ce484222325	~=b4f6daa0bcb63608', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (14, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~11	b4f6daa0bcb63608	cbf29ce484222325	~=b4f6daa0bcb63608', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (15, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~16	9c777f00613c6bfc	cbf29ce484222325	~=9c777f00613c6bfc', 'PHID-PCOL-7w55strlenfdkj3zmrtk', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (15, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~16	e8845c09cb1444c	cbf29ce484222325	~=9c777f00613c6bfc	~Code-Review=2eac890c354ec437', '', 1796655868000);
insert into settled (task, board, digest, column_name, at) values (16, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~12	b04346a0bc8ce2b2	cbf29ce484222325	~=b04346a0bc8ce2b2', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (16, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~12	b04346a0bc8ce2b2	cbf29ce484222325	~=b04346a0bc8ce2b2', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (17, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~13	d8984654fef57c60	cbf29ce484222325	~=e9ec3d43045f8626	~Code-Review=e5343cc340e08de4', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (17, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~13	d8984654fef57c60	cbf29ce484222325	~=e9ec3d43045f8626	~Code-Review=e5343cc340e08de4', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (2, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~2	b4f722a0bcc23d04	cbf29ce484222325	~=b4f722a0bcc23d04', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (2, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~2	b4f722a0bcc23d04	cbf29ce484222325	~=b4f722a0bcc23d04', 'PHID-PCOL-btdaxvnakgsyoxkwj26g', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (3, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~3	b4f6e2a0bcc4b36d	cbf29ce484222325	~=b4f6e2a0bcc4b36d', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (3, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~3	b4f6e2a0bcc4b36d	cbf29ce484222325	~=b4f6e2a0bcc4b36d', 'PHID-PCOL-wtcvlvtxdcavi2srpths', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (4, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~14	9c5ff7006128a603	cbf29ce484222325	~=9c5ff7006128a603', 'PHID-PCOL-7w55strlenfdkj3zmrtk', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (4, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~14	9c5ff7006128a603	cbf29ce484222325	~=9c5ff7006128a603', 'PHID-PCOL-crgbzw324sidboseyoef', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (5, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~4	ec4cc49486ae78bf	cbf29ce484222325	~=b4f046a0bccacb4f	~Code-Review=31498f4dbb7f5d0e', '', 1796634178000);
insert into settled (task, board, digest, column_name, at) values (5, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~4	ec4cc49486ae78bf	cbf29ce484222325	~=b4f046a0bccacb4f	~Code-Review=31498f4dbb7f5d0e', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796634178000);
insert into settled (task, board, digest, column_name, at) values (6, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~4	7819716f931a2da2	cbf29ce484222325	~=e9495e57f33a49d2	~Code-Review=31498f4dbb7f5d0e', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (6, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~4	7819716f931a2da2	cbf29ce484222325	~=e9495e57f33a49d2	~Code-Review=31498f4dbb7f5d0e', 'PHID-PCOL-mselcwhjqke4euc3dbw3', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (7, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~5	b4f64aa0bccf3dc9	cbf29ce484222325	~=b4f64aa0bccf3dc9', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (7, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~5	b4f64aa0bccf3dc9	cbf29ce484222325	~=b4f64aa0bccf3dc9', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (8, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~6	1ac875958b4f1e21	cbf29ce484222325	~=1ac875958b4f1e21', '', 1796655868000);
insert into settled (task, board, digest, column_name, at) values (8, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~6	1ac875958b4f1e21	cbf29ce484222325	~=1ac875958b4f1e21', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796655868000);
insert into settled (task, board, digest, column_name, at) values (9, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~7	b4f00ea0bca7c63b	cbf29ce484222325	~=b4f00ea0bca7c63b', '', 1796655598000);
insert into settled (task, board, digest, column_name, at) values (9, 'PHID-PROJ-nqhmexvddx2ghlkjsv3z', 'mediawiki/core~7	b4f00ea0bca7c63b	cbf29ce484222325	~=b4f00ea0bca7c63b', 'PHID-PCOL-xrfwnwbswow7kr275hnq', 1796634088000);
insert into snapshot (key, body) values ('mediawiki/core~1', '{"project":"mediawiki/core","number":1,"branch":"master","change_id":"Icb473678976f425d6ec1339838f11011007ad27d","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T1\nChange-Id: Icb473678976f425d6ec1339838f11011007ad27d\n","sha":"461d6580e38ccb6dc72699b6c945e53831dcdf03","parents":["7f028ddbb42e47ac2cd00e27a37bd191f1c2b925"]},{"number":2,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:02:04Z","message":"Mend it\n\nBug: T1\nChange-Id: Icb473678976f425d6ec1339838f11011007ad27d\n","sha":"96553603477f78d33123c105a24f33cbe417b920","parents":["7f028ddbb42e47ac2cd00e27a37bd191f1c2b925"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000001,"username":"alice","name":"Alice Example"},"value":1,"date":"2026-12-07T09:02:35Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"07aae1b618f604c684ee3189fa1723bef8656fe4","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"e6a3781380b010492798ee439d1f8602fc43faa0","place":2,"by":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T09:01:31Z","patch_set":1,"text":"Patch Set 1: Code-Review-1\n\n(1 comment)"},{"id":"79b0e9890c5b0622397c7b054a1fcef8a361e612","place":3,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:02:04Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":2,"text":"Uploaded patch set 2.\n\nOutdated Votes:\n* Code-Review-1 (copy condition: \"changekind:NO_CHANGE OR changekind:TRIVIAL_REBASE OR is:MIN\")\n"},{"id":"b1229c598f8d575d18cbb99587871d0f09b03a99","place":4,"by":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T09:02:35Z","patch_set":2,"text":"Patch Set 2: Code-Review+1"},{"id":"dc138d0d43d48e8ec31a04e69701c8a8e3ffe077","place":5,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T15:04:10Z","tag":"autogenerated:gerrit:setHashtag","patch_set":2,"text":"Hashtag added: second-review"}],"comments":[{"id":"816e137e_3f8a6144","by":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T09:01:31Z","patch_set":1,"unresolved":true,"message":"e6a3781380b010492798ee439d1f8602fc43faa0","text":"Why?"}],"reviewers":[{"date":"2026-12-07T09:01:31Z","by":{"id":1000001,"username":"alice","name":"Alice Example"},"who":{"id":1000001,"username":"alice","name":"Alice Example"},"state":"REVIEWER"}],"on_turn":[{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:31Z"}],"off_turn":[{"who":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T09:02:35Z"}],"hashtags":["second-review"]}');
insert into snapshot (key, body) values ('mediawiki/core~10', '{"project":"mediawiki/core","number":10,"branch":"master","change_id":"Iaff9931c95baa919b4f2d154c1f355262ca093b5","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T13\nChange-Id: Iaff9931c95baa919b4f2d154c1f355262ca093b5\n","sha":"ea73bbce2f8f450e2697427eb75f840f92176dd1","parents":["94ecb957d5d35a1ea64e3d569967c74296853f93"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000001,"username":"alice","name":"Alice Example"},"value":-1,"date":"2026-12-07T15:03:38Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"a25ec717d71d0feba67edb33dd902d8c832f45d2","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"0bc830762f0e5fe1a2733c4310b014e17ef8fb27","place":2,"by":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T15:03:38Z","patch_set":1,"text":"Patch Set 1: Code-Review-1"}],"reviewers":[{"date":"2026-12-07T15:03:38Z","by":{"id":1000001,"username":"alice","name":"Alice Example"},"who":{"id":1000001,"username":"alice","name":"Alice Example"},"state":"REVIEWER"}],"on_turn":[{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T15:03:38Z"}]}');
insert into snapshot (key, body) values ('mediawiki/core~11', '{"project":"mediawiki/core","number":11,"branch":"master","change_id":"I712e0a79efbff6cedcbadd748b5c6bcee8cd3ae5","subject":"Mend it","status":"MERGED","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","submitted":"2026-12-07T15:04:10Z","refs":[{"name":"refs/heads/master","since":"2026-12-07T15:04:10Z"}],"patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T14\nChange-Id: I712e0a79efbff6cedcbadd748b5c6bcee8cd3ae5\n","sha":"d826e7502fcaabefa983f036908e80cb219cd548","parents":["4ccc3c3702164c936283bb83743bfc8ff483bd66"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000002,"username":"bob","name":"Bob Example"},"value":2,"date":"2026-12-07T15:04:09Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"acc8ab6be9a9c010ef66cf0e247393ab26096e1d","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"e0d17a83b4029f2aa723a90c5477cdf3ff7264fa","place":2,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T15:04:09Z","patch_set":1,"text":"Patch Set 1: Code-Review+2"},{"id":"4ae0d6a6bbce60b98b581820a3c3669304048d73","place":3,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T15:04:10Z","tag":"autogenerated:gerrit:merged","patch_set":1,"text":"Change has been successfully merged"}],"reviewers":[{"date":"2026-12-07T15:04:09Z","by":{"id":1000002,"username":"bob","name":"Bob Example"},"who":{"id":1000002,"username":"bob","name":"Bob Example"},"state":"REVIEWER"}],"off_turn":[{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T15:04:10Z"}]}');
insert into snapshot (key, body) values ('mediawiki/core~12', '{"project":"mediawiki/core","number":12,"branch":"master","change_id":"I8738d4e8f74631c5e92131b6fbd1e304940eacc1","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T16\nChange-Id: I8738d4e8f74631c5e92131b6fbd1e304940eacc1\n","sha":"103f5428680870f79cfa05632c6e90ca6f240353","parents":["18243f036dc705c1f8e4972641e9db12a1052292"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"a2116a59afcadb2ccb41bfe66735c7c00fc7fa3b","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}]}');
insert into snapshot (key, body) values ('mediawiki/core~13', '{"project":"mediawiki/core","number":13,"branch":"master","change_id":"Id49061c0714688152f29fd4c93373737882f1de4","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T17\nChange-Id: Id49061c0714688152f29fd4c93373737882f1de4\n","sha":"6a3974e542f090520b06acda7da3a578394ce813","parents":["5a1fd421a3b148a7018646012332b8b18be55f59"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000001,"username":"alice","name":"Alice Example"},"value":1,"date":"2026-12-07T09:01:33Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"b11b19ef121e00be1725c442718b40b846bc6623","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"5653f0911391801998ca3f6a1c416493b572f75e","place":2,"by":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T09:01:33Z","patch_set":1,"text":"Patch Set 1: Code-Review+1"},{"id":"6c892507de1a99529e3a1d71f82f8c52325300a3","place":3,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:02:04Z","tag":"autogenerated:gerrit:setHashtag","patch_set":1,"text":"Hashtag added: second-review"},{"id":"b4b1420bd2d29f2006b14add03a92b491ba2dc0b","place":4,"by":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"date":"2026-12-07T09:02:30Z","tag":"autogenerated:reviewsync~ask","patch_set":1,"text":"Patch Set 1:\n\nA review by bob is wanted (on duty): vol1 asked for a second review (hashtag second-review, Dec 7 09:02 UTC).\nIf you cannot, take yourself off the attention set, and somebody else is asked.\n\n[reviewsync ask mediawiki/core~13 request 2 bob]"},{"id":"5e781428f8bafb8d3cb67f762258533c3dca28f7","place":5,"by":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"date":"2026-12-07T15:02:30Z","tag":"autogenerated:reviewsync~remind","patch_set":1,"text":"Patch Set 1:\n\nStill waiting for a review by bob, who was asked Dec 7 09:02 UTC.\nIf you cannot, take yourself off the attention set, and somebody else is asked.\n\n[reviewsync reminder mediawiki/core~13 request 2 bob]"}],"reviewers":[{"date":"2026-12-07T09:01:33Z","by":{"id":1000001,"username":"alice","name":"Alice Example"},"who":{"id":1000001,"username":"alice","name":"Alice Example"},"state":"REVIEWER"},{"date":"2026-12-07T09:02:30Z","by":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"who":{"id":1000002,"username":"bob","name":"Bob Example"},"state":"REVIEWER"},{"date":"2026-12-07T09:02:30Z","by":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"who":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"state":"CC"}],"on_turn":[{"who":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:02:30Z"},{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:33Z"}],"hashtags":["second-review"]}');
insert into snapshot (key, body) values ('mediawiki/core~14', '{"project":"mediawiki/core","number":14,"branch":"master","change_id":"Idbb166b5f318df5df68099522183d19a04336d30","subject":"Mend it","status":"NEW","owner":{"id":1000005,"username":"erin","name":"Erin Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000005,"username":"erin","name":"Erin Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T4\nChange-Id: Idbb166b5f318df5df68099522183d19a04336d30\n","sha":"5451366f333e78a3911a44d70a4082fcf4c04e36","parents":["3b9e829831899b5e9bb98f78b17f4be57f04a8a9"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"f00e356e375e0ee567c6e2cad77f4262d989410d","place":1,"by":{"id":1000005,"username":"erin","name":"Erin Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}]}');
insert into snapshot (key, body) values ('mediawiki/core~15', '{"project":"mediawiki/core","number":15,"branch":"master","change_id":"Ie8163ebe5d8964c051635192da82e1754a8a0408","subject":"Mend it","status":"MERGED","owner":{"id":1000005,"username":"erin","name":"Erin Example"},"created":"2026-12-07T09:01:00Z","submitted":"2026-12-07T09:01:32Z","refs":[{"name":"refs/heads/master","since":"2026-12-07T09:01:32Z"}],"patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000005,"username":"erin","name":"Erin Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T10\nChange-Id: Ie8163ebe5d8964c051635192da82e1754a8a0408\n","sha":"2eb6bc89c20c5764e62916064f432500e4707685","parents":["4ff350d3a907f73b032eb0baa00bfb5c96a658f9"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000002,"username":"bob","name":"Bob Example"},"value":2,"date":"2026-12-07T09:01:31Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"3159829f031691c89c5e3ae813ba63b268dd10c4","place":1,"by":{"id":1000005,"username":"erin","name":"Erin Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"6e8d32f92e55d7ef1075382ef6f00f252a1607f2","place":2,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:01:31Z","patch_set":1,"text":"Patch Set 1: Code-Review+2"},{"id":"a476485c524e05a94bda947ec555d5c1b768fb95","place":3,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:01:32Z","tag":"autogenerated:gerrit:merged","patch_set":1,"text":"Change has been successfully merged"}],"reviewers":[{"date":"2026-12-07T09:01:31Z","by":{"id":1000002,"username":"bob","name":"Bob Example"},"who":{"id":1000002,"username":"bob","name":"Bob Example"},"state":"REVIEWER"}],"off_turn":[{"who":{"id":1000005,"username":"erin","name":"Erin Example"},"date":"2026-12-07T09:01:32Z"}]}');
insert into snapshot (key, body) values ('mediawiki/core~16', '{"project":"mediawiki/core","number":16,"branch":"master","change_id":"I8fb87506f0241298227a90b95a334d232e7add15","subject":"Mend it","status":"NEW","owner":{"id":1000005,"username":"erin","name":"Erin Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000005,"username":"erin","name":"Erin Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T15\nChange-Id: I8fb87506f0241298227a90b95a334d232e7add15\n","sha":"4dc24875e94145d133833a5c46aa081e1d21ffad","parents":["8f688ce4f038910963d1ad1e934d3141cb7300ed"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000001,"username":"alice","name":"Alice Example"},"value":-1,"date":"2026-12-07T15:04:10Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"0a2d417dc16a92ba7ddc2ffb29e42b120a060d96","place":1,"by":{"id":1000005,"username":"erin","name":"Erin Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"a866a35e59f0f4c9cba0c7664a26955a30825f16","place":2,"by":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T15:04:10Z","patch_set":1,"text":"Patch Set 1: Code-Review-1"}],"reviewers":[{"date":"2026-12-07T15:04:10Z","by":{"id":1000001,"username":"alice","name":"Alice Example"},"who":{"id":1000001,"username":"alice","name":"Alice Example"},"state":"REVIEWER"}],"on_turn":[{"who":{"id":1000005,"username":"erin","name":"Erin Example"},"date":"2026-12-07T15:04:10Z"}]}');
insert into snapshot (key, body) values ('mediawiki/core~17', '{"project":"mediawiki/core","number":17,"branch":"master","change_id":"I34491cef85a87d30ec75e15c957a38fe9c420c37","subject":"Mend it","status":"NEW","owner":{"id":1000007,"username":"vol2","name":"Vol2 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000007,"username":"vol2","name":"Vol2 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T4711\nChange-Id: I34491cef85a87d30ec75e15c957a38fe9c420c37\n","sha":"af850e0b0a8b600309b1e1ea7bd8505564d3ee30","parents":["1263fbe61dd8f1761f01678ad3477d9a7c83beab"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"4e2a5f1f94636ce3dfc197c5a61f2e014548f7a0","place":1,"by":{"id":1000007,"username":"vol2","name":"Vol2 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}]}');
insert into snapshot (key, body) values ('mediawiki/core~18', '{"project":"mediawiki/core","number":18,"branch":"master","change_id":"Ib9921fd9e3d1376a6557132065054c68a94251a9","subject":"Revert \"Mend it\"","status":"NEW","owner":{"id":1000002,"username":"bob","name":"Bob Example"},"revert_of":8,"inherited":[11],"created":"2026-12-07T09:02:04Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000002,"username":"bob","name":"Bob Example"},"created":"2026-12-07T09:02:04Z","message":"Revert \"Mend it\"\n\nThis reverts commit 7714c8764008f9470b5c211e948078738b978463.\n\nReason for revert: \u003cINSERT REASONING HERE\u003e\n\nBug: T11\nChange-Id: Ib9921fd9e3d1376a6557132065054c68a94251a9\n","sha":"a3f6412919cfe72c922596d9ca78e32416e176e7","parents":["65c3923b80a8143dfa2a4933f27f53775351943c"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"6d4756e0853efebe4e89c636d7f0d5fc22127257","place":1,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:02:04Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}],"reviewers":[{"date":"2026-12-07T09:02:04Z","by":{"id":1000002,"username":"bob","name":"Bob Example"},"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"state":"REVIEWER"}],"on_turn":[{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:02:04Z"}]}');
insert into snapshot (key, body) values ('mediawiki/core~2', '{"project":"mediawiki/core","number":2,"branch":"master","change_id":"I216a788021417ad345b1b1ee10753127c457afc0","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T2\nChange-Id: I216a788021417ad345b1b1ee10753127c457afc0\n","sha":"aebf740096fea5f738202d5d299fc84e932155d5","parents":["c9e1208fdafeca60716624e08ac95d5d3036071c"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"f2cd4b0184c354c1d748ce5d617db44f3fbf4110","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}]}');
insert into snapshot (key, body) values ('mediawiki/core~3', '{"project":"mediawiki/core","number":3,"branch":"master","change_id":"I63b0ee19900a432c8601bd0bed2b1f881fbd7a86","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T3\nChange-Id: I63b0ee19900a432c8601bd0bed2b1f881fbd7a86\n","sha":"2533cce884cbb2bf8879988514d5c2e741cad6e6","parents":["4b59a1a3cf0216cdaf6f11113885f0ae67453b75"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"c95af1eefbad7ff281b1f94f84ddecc261d055e3","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}]}');
insert into snapshot (key, body) values ('mediawiki/core~4', '{"project":"mediawiki/core","number":4,"branch":"master","change_id":"I03b5c1faf9b7006b48921aeaee37d44a5f7850a7","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T5\nChange-Id: I03b5c1faf9b7006b48921aeaee37d44a5f7850a7\n","sha":"9f196f45a98598207738e7a973a736f02760c93e","parents":["2e1c906bc96c841fbcc4e6f8cc017d944c9cb864"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000001,"username":"alice","name":"Alice Example"},"value":-1,"date":"2026-12-07T09:02:35Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"e96661b17edf7e1ad1cb91f3e5228711da87c79a","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"3f848173f4b02ddf608ddab328e0549885bc00f6","place":2,"by":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T09:02:35Z","patch_set":1,"text":"Patch Set 1: Code-Review-1"}],"reviewers":[{"date":"2026-12-07T09:02:35Z","by":{"id":1000001,"username":"alice","name":"Alice Example"},"who":{"id":1000001,"username":"alice","name":"Alice Example"},"state":"REVIEWER"}],"on_turn":[{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:02:35Z"}]}');
insert into snapshot (key, body) values ('mediawiki/core~5', '{"project":"mediawiki/core","number":5,"branch":"master","change_id":"Ifdd45b65994d8d06ced85a9d460d1e48a0fd1f9b","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T7\nChange-Id: Ifdd45b65994d8d06ced85a9d460d1e48a0fd1f9b\n","sha":"5a64fcd72ca371f93220b8154c07a77506940db6","parents":["891743f24ebbd4306ebfe71af961a500cfeb5270"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"dfc1ace959f8e85a7dd2d005523b02852df2d46f","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}]}');
insert into snapshot (key, body) values ('mediawiki/core~6', '{"project":"mediawiki/core","number":6,"branch":"master","change_id":"I71deae84c562ad34f075352a1ae30130f2f96174","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T8\nChange-Id: I71deae84c562ad34f075352a1ae30130f2f96174\n","sha":"1c62dbb734ace2ecf1f37f625d39165ce8ddc365","parents":["f1b41c5b4776cbb9990eddc941d3147c2ab7e188"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"2459b1656893b9f21ee65f2d0bed00db49862ab0","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"478e771f9e50ec043e72f49e760aefa84ce1e1de","place":2,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T15:03:38Z","tag":"autogenerated:gerrit:setHashtag","patch_set":1,"text":"Hashtag added: second-review"},{"id":"4ef6ee1e4769de1359b310c2f82eb91eefd38d9f","place":3,"by":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"date":"2026-12-07T15:04:00Z","tag":"autogenerated:reviewsync~ask","patch_set":1,"text":"Patch Set 1:\n\nA review by alice is wanted (on duty): vol1 asked for a second review (hashtag second-review, Dec 7 15:03 UTC).\nIf you cannot, take yourself off the attention set, and somebody else is asked.\n\n[reviewsync ask mediawiki/core~6 request 2 alice]"}],"reviewers":[{"date":"2026-12-07T15:04:00Z","by":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"who":{"id":1000001,"username":"alice","name":"Alice Example"},"state":"REVIEWER"},{"date":"2026-12-07T15:04:00Z","by":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"who":{"id":1000008,"username":"reviewsync","name":"Reviewsync Example","service":true},"state":"CC"}],"on_turn":[{"who":{"id":1000001,"username":"alice","name":"Alice Example"},"date":"2026-12-07T15:04:00Z"}],"hashtags":["second-review"]}');
insert into snapshot (key, body) values ('mediawiki/core~7', '{"project":"mediawiki/core","number":7,"branch":"master","change_id":"I7dc2824f9ee88c95fac5dce1a71b8f4a03107d5b","subject":"Mend it","status":"NEW","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T9\nChange-Id: I7dc2824f9ee88c95fac5dce1a71b8f4a03107d5b\n","sha":"ce42a9e1c56e71c7bb786696147293e497da42ff","parents":["318064d46c71fd4b07747f2fe448c25be5f2fac9"]}],"labels":[{"name":"Code-Review","min":-2,"max":2},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"1bfd01778d208c1b24aef347bbe9c1827bfb8277","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."}]}');
insert into snapshot (key, body) values ('mediawiki/core~8', '{"project":"mediawiki/core","number":8,"branch":"master","change_id":"I8739f53f2459131d9eb0be4d10f8754e66f9c488","subject":"Mend it","status":"MERGED","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","submitted":"2026-12-07T09:01:33Z","refs":[{"name":"refs/heads/master","since":"2026-12-07T09:01:33Z"}],"patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T11\nChange-Id: I8739f53f2459131d9eb0be4d10f8754e66f9c488\n","sha":"7714c8764008f9470b5c211e948078738b978463","parents":["e98a83e5e9c6593dc08240a58c250fe33dc5a8ec"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000002,"username":"bob","name":"Bob Example"},"value":2,"date":"2026-12-07T09:01:32Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"45035b12f120edfec25426d71a1cc26e9795dfe0","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"c6df48563e22958c315d6d588df37e12c4a86a93","place":2,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:01:32Z","patch_set":1,"text":"Patch Set 1: Code-Review+2"},{"id":"190a6b758783fe15f2556a42475994fb3bb2e20a","place":3,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:01:33Z","tag":"autogenerated:gerrit:merged","patch_set":1,"text":"Change has been successfully merged"},{"id":"29d83fa0c84762e016ba6dd20ec7addd3e08f683","place":4,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:02:04Z","tag":"autogenerated:gerrit:revert","patch_set":1,"text":"Created a revert of this change as Ib9921fd9e3d1376a6557132065054c68a94251a9"}],"reviewers":[{"date":"2026-12-07T09:01:32Z","by":{"id":1000002,"username":"bob","name":"Bob Example"},"who":{"id":1000002,"username":"bob","name":"Bob Example"},"state":"REVIEWER"}],"off_turn":[{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:33Z"}]}');
insert into snapshot (key, body) values ('mediawiki/core~9', '{"project":"mediawiki/core","number":9,"branch":"master","change_id":"I443fe0400f6b637638f9e46258a15f38b4607123","subject":"Mend it","status":"MERGED","owner":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","submitted":"2026-12-07T09:03:07Z","refs":[{"name":"refs/heads/master","since":"2026-12-07T09:03:07Z"}],"patch_sets":[{"number":1,"kind":"REWORK","uploader":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"created":"2026-12-07T09:01:00Z","message":"Mend it\n\nBug: T12\nChange-Id: I443fe0400f6b637638f9e46258a15f38b4607123\n","sha":"820bfe0c1ea714803ec52b2ea170f4fc8a9707c7","parents":["970b474a52ae0f35b3ca031670bfeff762df563e"]}],"labels":[{"name":"Code-Review","min":-2,"max":2,"votes":[{"by":{"id":1000002,"username":"bob","name":"Bob Example"},"value":2,"date":"2026-12-07T09:03:06Z"}]},{"name":"Verified","min":-1,"max":2}],"messages":[{"id":"bc1b032366f51f81615c553a15621332a0e9873b","place":1,"by":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:01:00Z","tag":"autogenerated:gerrit:newPatchSet","patch_set":1,"text":"Uploaded patch set 1."},{"id":"91a0cd5d583616064e5b08f5060a3d660bd6c725","place":2,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:03:06Z","patch_set":1,"text":"Patch Set 1: Code-Review+2"},{"id":"4855568dff493dbcb3f4c3b961489ff826ef0cca","place":3,"by":{"id":1000002,"username":"bob","name":"Bob Example"},"date":"2026-12-07T09:03:07Z","tag":"autogenerated:gerrit:merged","patch_set":1,"text":"Change has been successfully merged"}],"reviewers":[{"date":"2026-12-07T09:03:06Z","by":{"id":1000002,"username":"bob","name":"Bob Example"},"who":{"id":1000002,"username":"bob","name":"Bob Example"},"state":"REVIEWER"}],"off_turn":[{"who":{"id":1000006,"username":"vol1","name":"Vol1 Example"},"date":"2026-12-07T09:03:07Z"}]}');
insert into wait (task, board, key, until, since) values (10, 'PHID-PROJ-lubkavzo55nrc52mvmq5', 'mediawiki/core~15', 0, 1796634120000);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~1', 5, 4, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~10', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~11', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~12', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~13', 6, 6, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~14', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~15', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~16', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~17', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~18', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~2', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~3', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~4', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~5', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~6', 3, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~7', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~8', 3, 3, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('ask', 'mediawiki/core~9', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~1', 5, 5, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~10', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~11', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~12', 2, 1, 5, 1796655889337, 'retry', 'gerrit: GET /changes/mediawiki%2Fcore~12: status 500: Internal Server Error', 1796655870000);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~13', 5, 5, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~14', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~15', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~16', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~17', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~18', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~2', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~3', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~4', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~5', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~6', 3, 3, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~7', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~8', 3, 3, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'mediawiki/core~9', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '1', 5, 4, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '10', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '11', 4, 4, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '12', 3, 3, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '13', 2, 1, 1, 1796656440000, 'blocked', 'phabricator: maniphest.edit: ERR-CONDUIT-CORE: [You Shall Not Pass: T13] (Can Edit) You do not have permission to edit this object. // dave (Dave) can take this action. The assignee of a task can always view and edit it. (give the bot''s account permission to see and edit T13, or take T13 off the board)', 1796655840000);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '14', 2, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '15', 2, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '16', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '17', 5, 5, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '2', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '3', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '4', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '4711', 1, 0, 37, 1796656200000, 'unseen', 'phabricator: maniphest.search: there is no T4711, or reviewsync may not see it (give reviewsync the right to see it, or correct the footer of the commit message)', 1796634090000);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '5', 2, 2, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '6', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '7', 1, 1, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '8', 3, 3, 0, 0, '', '', 0);
insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('task', '9', 2, 2, 0, 0, '', '', 0);
commit;
