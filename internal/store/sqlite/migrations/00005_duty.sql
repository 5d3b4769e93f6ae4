-- +goose Up
-- Shifts of the rotation that people rely on. Days as 2026-12-07; names as a JSON list;
-- served is empty as long as the shift is not over.
create table duty (
    first  text not null primary key,
    last   text not null,
    people text not null,
    served text not null
) without rowid;

-- Whom the service keeps as members of a project.
create table duty_member (
    project text not null,
    person  text not null,
    primary key (project, person)
) without rowid;

-- +goose Down
drop table duty_member;
drop table duty;
