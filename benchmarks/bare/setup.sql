-- What the seven statements of transaction.sql work on: cases with 4 KB of data each, their open
-- tasks and their record, with the indexes any such system needs.
create table bare_case (
    id bigint primary key, tenant int not null, process text not null, status text not null,
    revision int not null default 0, updated_at timestamptz not null default now(),
    data jsonb not null
);
create table bare_task (
    id bigserial primary key, tenant int not null, case_id bigint not null, name text not null,
    state text not null, lane text not null, assignee bigint, due timestamptz,
    opened_at timestamptz not null default now(), done_at timestamptz
);
create table bare_event (
    id bigserial primary key, tenant int not null, case_id bigint not null, kind text not null,
    actor bigint, at timestamptz not null default now(), data jsonb
);
-- Half of each value is random, so that it compresses like what people write.
insert into bare_case (id, tenant, process, status, data)
select n, 1 + n % 20, 'approval-6', 'open',
       (select jsonb_object_agg('field_' || k, md5(n::text || k) || ' words typed by a clerk here')
          from generate_series(1, 52) k)
  from generate_series(1, 20000) n;
insert into bare_task (tenant, case_id, name, state, lane, due)
select 1 + n % 20, 1 + n % 20000, 'review', 'open', 'lane' || n % 20,
       now() + n % 1000 * interval '1 hour'
  from generate_series(1, 60000) n;
create index on bare_task (case_id);
create index on bare_task (tenant, lane, due, id) where state = 'open';
create index on bare_event (case_id);
