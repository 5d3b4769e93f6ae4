-- What an edit counts against: one op of each request has it. And the edits that wait for a budget.
-- +goose Up
alter table op add column paced integer not null default 0;
alter table op add column change text not null default '';
alter table op add column person text not null default '';
alter table op add column deployed integer not null default 0;
create index op_paced on op (created) where paced = 1;

create table held (
	task     integer not null,
	board    text    not null, -- empty: the edit is of no board
	change   text    not null,
	person   text    not null,
	deployed integer not null,
	said     integer not null,
	since    integer not null,
	until    integer not null,
	freed    integer not null default 0,
	dropped  integer not null default 0,
	primary key (task, board)
) strict;

-- +goose Down
drop table held;
drop index op_paced;
alter table op drop column deployed;
alter table op drop column person;
alter table op drop column change;
alter table op drop column paced;
