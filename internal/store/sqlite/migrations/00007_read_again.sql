-- Texts were cut before anybody looked for lines in them, and messages had no place in their
-- list: what is open is read again.
-- +goose Up
insert into work (kind, key, want, done, attempts, next_at, class, error, since)
select 'change', key, 1, 0, 0, 0, '', '', 0 from change where open = 1
on conflict (kind, key) do update set want = work.want + 1, attempts = 0, next_at = 0;

-- +goose Down
select 1;
