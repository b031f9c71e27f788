-- Functions and views. Applied after every migration; each statement can be run again.

-- Who may take the tasks of a lane today. A post whose holders are all away lends its lanes to the
-- holders of its backup post (AB岗). Lanes: "<department>/<role>", "<department>/", "/<role>",
-- "post:<key>".
create or replace view lane_holder as
with today as (select (now() at time zone '{zone}')::date as day),
-- Looked up for one person at every request: made whole first, it would grow with the town.
holding as not materialized (
    select h.tenant, h.person, h.post, h.away
    from post_holder h join person p on p.id = h.person and p.active, today
    where h.since <= today.day and (h.until is null or h.until >= today.day)
),
serving as (
    select h.tenant, h.person, h.post, false as backup from holding h where not h.away
    union all
    select h.tenant, h.person, a.id, true
    from holding h join post a on a.backup = h.post and a.tenant = h.tenant
    where not h.away
      and exists (select 1 from holding x where x.post = a.id)
      and not exists (select 1 from holding x where x.post = a.id and not x.away)
)
select s.tenant, s.person, s.post, s.backup, p.role, d.key as department, l.lane
from serving s
join post p on p.id = s.post and p.active
join department d on d.id = p.department
cross join lateral (values (d.key || '/' || p.role), (d.key || '/'), ('/' || p.role),
                           ('post:' || p.key)) as l(lane);

-- Does anybody serve this lane? Asked across tenants when a step is handed on, so it answers only
-- yes or no.
create or replace function staffed(in_tenant int, in_lane text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if in_lane like 'person:%' then
        return exists (select 1 from person where id = substr(in_lane, 8)::int and active);
    end if;
    return exists (select 1 from lane_holder where tenant = in_tenant and lane = in_lane);
end $$;

-- Whose login name this is, among the staff of all tenants: a drawing may name a person.
create or replace function staff_named(in_login text) returns int
language sql stable security definer set search_path = public, pg_temp as $$
    select id from person where username = in_login and kind = 'staff'
$$;

-- The next serial number of a kind in a period. Its own row lock keeps numbers without gaps and
-- without doubles inside the caller's transaction.
create or replace function next_serial(in_tenant int, in_kind text, in_period text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare drawn bigint;
begin
    insert into counter (tenant, kind, period, value) values (in_tenant, in_kind, in_period, 1)
    on conflict (tenant, kind, period) do update set value = counter.value + 1
    returning value into drawn;
    return drawn;
end $$;

-- The gate: a session's token in, the person and their scope out, in one statement; and the scope
-- is set on this very connection. An unknown, idle or ended session gives no row and leaves the
-- empty scope behind. With `in_bearer` it is a program's access token: the person as they stand
-- today in the office the token was made in, and what the token may do of that.
drop function if exists gate(text, interval);
create or replace function gate(in_token_hash text, in_idle interval, in_bearer boolean default false)
returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    s session%rowtype;
    k access_token%rowtype;
    p person%rowtype;
    o jsonb;
    t tenant%rowtype;
    visible int[] := '{}';
    roles text[] := '{}';
    own_lanes text[] := '{}';
    backup_lanes text[] := '{}';
    posts text;
    lane_posts jsonb;
    post_names jsonb;
    today date := (now() at time zone '{zone}')::date;
begin
    perform set_config('app.tenant', '', false), set_config('app.visible', '{}', false),
            set_config('app.person', '', false), set_config('app.applicant', '', false);
    if in_bearer then
        select * into k from access_token where token_hash = in_token_hash;
        if not found or k.revoked_at is not null or k.ends_at <= now() then return null; end if;
        s.id := 0; s.person := k.person_id; s.office := k.tenant; s.second_factor := true;
    else
        select * into s from session where token_hash = in_token_hash;
        if not found or s.ends_at <= now() or s.seen_at + in_idle <= now() then return null; end if;
    end if;
    select * into p from person where id = s.person and active;
    if not found then return null; end if;
    if in_bearer then
        if p.must_change_password then return null; end if;
        if k.used_at is null or k.used_at < now() - interval '1 minute' then
            update access_token set used_at = now() where id = k.id;
        end if;
    elsif s.seen_at < now() - interval '1 minute' then
        update session set seen_at = now() where id = s.id;
    end if;
    if not s.second_factor then
        return jsonb_build_object('session', s.id, 'person', p.id, 'second_factor', false);
    end if;
    perform set_config('app.person', p.id::text, false);
    if p.kind = 'applicant' then
        perform set_config('app.applicant', p.id::text, false);
    elsif s.office is not null then
        select array_agg(distinct role) filter (where not backup),
               array_agg(distinct lane) filter (where not backup),
               array_agg(distinct lane) filter (where backup),
               jsonb_object_agg(lane, post) filter (where not backup)
          into roles, own_lanes, backup_lanes, lane_posts
          from lane_holder where tenant = s.office and person = p.id;
        if roles is not null or p.superuser then
            select * into t from tenant where id = s.office and active;
        end if;
        if t.id is not null then
            roles := coalesce(roles, '{}');
            if p.superuser then roles := roles || 'operator'::text; end if;
            if roles && array['supervisor','centre_manager','auditor','configurator','operator'] then
                select array_agg(id order by id) into visible from tenant where path @> array[t.id::int];
            else
                visible := array[t.id::int];
            end if;
            perform set_config('app.tenant', t.id::text, false),
                    set_config('app.visible', visible::text, false);
            select string_agg(distinct d.name || ' ' || x.name, '、'),
                   jsonb_object_agg(x.id, d.name || ' ' || x.name)
              into posts, post_names
              from post_holder h join post x on x.id = h.post join department d on d.id = x.department
             where h.person = p.id and h.tenant = t.id
               and h.since <= today and (h.until is null or h.until >= today);
        end if;
    end if;
    select jsonb_agg(jsonb_build_array(x.id, x.name, x.name_en) order by x.id) into o from tenant x
     where x.active and exists (select 1 from post_holder h where h.person = p.id and h.tenant = x.id
                                and h.since <= today and (h.until is null or h.until >= today));
    return jsonb_build_object(
        'session', s.id, 'second_factor', true, 'person', p.id, 'name', p.name, 'kind', p.kind,
        'username', p.username, 'phone', p.phone, 'id_number', p.id_number,
        'language', p.language, 'must_change_password', p.must_change_password,
        'tenant', coalesce(t.id, 0), 'tenant_key', coalesce(t.key, ''),
        'tenant_name', coalesce(t.name, ''), 'tenant_name_en', coalesce(t.name_en, ''),
        'visible', visible, 'roles', coalesce(roles, '{}'),
        'lanes', coalesce(own_lanes, '{}') || ('person:' || p.id),
        'backup_lanes', coalesce(backup_lanes, '{}'), 'posts', coalesce(posts, ''),
        'lane_posts', coalesce(lane_posts, '{}'), 'post_names', coalesce(post_names, '{}'),
        'offices', coalesce(o, '[]'), 'token', k.id, 'scopes', k.scopes);
end $$;

-- A row stays its tenant's: a policy can't compare what was with what is to be, and those who take
-- part in another tenant's case may change it.
create or replace function tenant_stays() returns trigger language plpgsql as $$
begin
    if current_user = 'ow_app' then
        raise insufficient_privilege using message = 'the tenant of a row cannot be changed';
    end if;
    return new;
end $$;

-- A published version never changes: cases are pinned to it, and its hash is what others were told.
create or replace function version_stays() returns trigger language plpgsql as $$
begin
    if (old.matter, old.number, old.hash, old.definition, old.process, old.decisions, old.forms,
        old.tests)
       is distinct from
       (new.matter, new.number, new.hash, new.definition, new.process, new.decisions, new.forms,
        new.tests)
    then
        raise insufficient_privilege using message = 'a published version cannot be changed';
    end if;
    return new;
end $$;

-- What the supervising tenant says of a matter it is asked about: `comment`, `returned` or
-- `confirmed`. Written into the rows of the tenant below, so it is done here and nowhere else, and
-- only for somebody of the tenant right above who configures or supervises there today and didn't
-- ask themselves, of exactly the state that was asked about, and while the question is open. Gives
-- the row's id, or null where any of this doesn't hold.
create or replace function judge_matter(
    in_version bigint, in_hash text, in_kind text, in_place text, in_text text, in_at timestamptz
) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    here int := nullif(current_setting('app.tenant', true), '')::int;
    who int := nullif(current_setting('app.person', true), '')::int;
    question matter_review%rowtype;
    made bigint;
begin
    if in_kind not in ('comment', 'returned', 'confirmed') then return null; end if;
    select r.* into question from matter_review r
      join matter_version v on v.id = r.version and v.hash = r.hash and v.hash = in_hash
      join tenant t on t.id = r.tenant and t.parent = here
     where r.version = in_version and r.kind = 'asked'
     order by r.id desc limit 1 for update of r;
    if not found or question."by" = who
       or not exists (select 1 from lane_holder where tenant = here and person = who
                         and role in ('configurator', 'supervisor'))
       or exists (select 1 from matter_review where version = in_version and id > question.id
                     and kind in ('returned', 'confirmed'))
    then return null; end if;
    insert into matter_review (tenant, version, hash, kind, about, place, text, by, by_name,
                               by_office, at)
    select question.tenant, in_version, in_hash, in_kind, question.about, in_place, in_text, who,
           p.name, t.name, in_at
      from person p, tenant t where p.id = who and t.id = here
    returning id into made;
    return made;
end $$;

-- The audit trail: what changed, by whom, in the tenant of the row. Secrets are left out.
create or replace function audit() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    -- A draft is saved with every pause in typing; its hash says that it changed, and what was
    -- published stays in its own row for ever.
    hidden text[] := array['password', 'totp_secret', 'draft', 'token_hash', 'definition', 'process',
                           'forms', 'decisions', 'tests', 'imported'];
    was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - hidden end;
    is_now jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - hidden end;
    whole jsonb := coalesce(is_now, was);
begin
    if tg_op = 'UPDATE' then
        select jsonb_object_agg(key, value), jsonb_object_agg(key, was -> key) into is_now, was
          from jsonb_each(is_now)
         where value is distinct from was -> key and key not in ('updated_at', 'last_login');
        if is_now is null then return null; end if;
    end if;
    insert into audit_entry (tenant, at, person, table_name, row_id, operation, before, after)
    values (coalesce((whole ->> 'tenant')::int, (whole ->> 'id')::int), clock_timestamp(),
            nullif(current_setting('app.person', true), '')::int,
            tg_table_name, (whole ->> 'id')::bigint, lower(tg_op), was, is_now);
    return null;
end $$;

-- Monthly partitions of the record and the audit trail, made ahead of time. Behind them stands a
-- default one, so that a clock that is ahead, or a night job that hasn't run for months, never
-- stops a case; rows that landed there move over when their month is made. Partitions are reached
-- through their table only: policies are the table's, so nobody is granted anything on them.
create or replace function make_partitions(months_ahead int) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare big text; month date; part text; since timestamptz; until timestamptz;
begin
    foreach big in array array['case_event', 'audit_entry'] loop
        if to_regclass(big || '_other') is null then
            execute format('create table %I partition of %I default', big || '_other', big);
        end if;
        for k in -1 .. months_ahead loop
            month := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => k))::date;
            part := big || to_char(month, '_YYYY_MM');
            if to_regclass(part) is null then
                since := month::timestamp at time zone 'UTC';
                until := (month + interval '1 month')::timestamp at time zone 'UTC';
                execute format('create table %I (like %I including all)', part, big);
                execute format('with moved as (delete from %I where at >= $1 and at < $2 returning *)'
                               ' insert into %I select * from moved', big || '_other', part)
                    using since, until;
                execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                               big, part, since, until);
            end if;
        end loop;
    end loop;
end $$;

-- Cases that fit some words (a number, a part of the applicant's name, a matter's name), newest
-- first, among these places as far as they are in sight. Under row-level security an index can't be
-- asked for what a name contains: the rights must be looked at first, row by row. So it is asked
-- here, and whoever calls joins `cases` under their own rights.
create or replace function cases_found(
    in_words text, in_tenants int[], in_state text, in_matter text, in_before bigint, in_most int
) returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    seen int[] := nullif(current_setting('app.visible', true), '')::int[];
    among int[] := array(select unnest(in_tenants) intersect select unnest(seen));
    versions int[] := array(
        select v.id from matter_version v join matter m on m.id = v.matter
        where strpos(lower(m.name || chr(10) || m.name_en), lower(in_words)) > 0);
    kept int[] := array(select id from matter where key = in_matter);
    newest bigint := coalesce(in_before, (select max(id) + 1 from cases));
    oldest bigint;
    found bigint[];
begin
    -- What is common is met among the newest, without the index; what is rare is looked up.
    foreach oldest in array array[newest - 2000, 0] loop
        -- Planned with the words themselves.
        execute $q$
            select array(
                select c.id from cases c
                where c.state <> 'draft' and (c.tenant = any($2) or c.participants && $2)
                  and (c.number = $1 or c.receipt_number = $1 or c.version = any($3)
                       or string_to_array(lower(c.applicant_name), null)
                              @> string_to_array(lower($1), null)
                          and strpos(lower(c.applicant_name), lower($1)) > 0)
                  and ($4 = '' or c.state = $4) and ($5 = '' or c.matter = any($6))
                  and c.id < $7 and c.id >= $8
                order by c.id desc limit $9)
        $q$ into found using in_words, among, versions, in_state, in_matter, kept, newest, oldest,
            in_most;
        exit when cardinality(found) = in_most or oldest <= 0;
    end loop;
    return query select unnest(found);
end $$;
