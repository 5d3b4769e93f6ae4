-- Why a write was made is in its effect. Only versions before kept a sentence instead.
-- +goose Up
alter table op add column sentence text not null default '';
update op set sentence = detail;
alter table op drop column detail;

-- +goose Down
alter table op add column detail text not null default '';
update op set detail = sentence;
alter table op drop column sentence;
