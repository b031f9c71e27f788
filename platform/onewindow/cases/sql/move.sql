-- One step of a case, written whole or not at all. Gives the tasks it opened as
-- [{"id", "element", "name"}, …], or null when somebody else was faster and nothing was written.
--
-- Everything here runs with the caller's rights: row-level security judges each statement. It is a
-- function because the step is then one round trip, and each part is planned once per connection
-- and run only where a step has it.
drop function if exists move_case(bigint, int, timestamptz, int, bytea, jsonb, timestamptz, boolean,
    bigint, text, int, uuid[], text, text, jsonb, jsonb, jsonb, jsonb, text, text, int, text);
create or replace function move_case(
    in_case bigint, in_revision int, in_at timestamptz, in_person int,
    -- The run after the step: the engine's state, its variables, its next timer, what was finished.
    in_state bytea, in_data jsonb, in_next_due timestamptz, in_ended boolean, in_done text[],
    -- The task that was finished, if it was a person's step, and those that fell away with it.
    in_task bigint, in_outcome text, in_done_for int, in_closed uuid[],
    -- Its form's answers, where it has a form ('' otherwise).
    in_form text, in_element text, in_answer jsonb,
    -- Tasks opened, lines for the record, columns of the case that change ('{}': none).
    in_opened jsonb, in_entries jsonb, in_changes jsonb,
    -- The case number that acceptance gives: prefix, period, width (0: none), suffix.
    in_prefix text, in_period text, in_width int, in_suffix text
) returns jsonb language plpgsql as $$
declare
    owner int;
    case_number text;
    opened jsonb := '[]';
begin
    -- Whoever comes second finds another revision. The row's lock makes them wait till the first
    -- is done.
    update case_run r
       set state = in_state, data = in_data, revision = r.revision + 1, next_due = in_next_due,
           ended = in_ended,
           done = r.done || array(select d from unnest(in_done) d where d <> all(r.done))
     where r.case_id = in_case and r.revision = in_revision
    returning r.tenant into owner;
    if not found then
        return null;
    end if;

    if in_task is not null then
        update task
           set state = 'done', outcome = in_outcome, done_at = in_at, done_by = in_person,
               assignee = in_person, done_for = in_done_for
         where id = in_task and state = 'open' and (assignee is null or assignee = in_person);
        if not found then
            -- Taken or put on hold since it was read. The run above must not stay changed.
            raise exception using errcode = 'OW001', message = 'the task is no longer free';
        end if;
    end if;
    if in_closed <> '{}' then
        update task set state = 'cancelled', done_at = in_at
         where case_id = in_case and state in ('open', 'held') and uid = any(in_closed)
           and id is distinct from in_task;
    end if;

    if in_width > 0 then
        case_number := in_prefix
            || lpad(next_serial(owner, 'case', in_period)::text, in_width, '0') || in_suffix;
    end if;
    if in_changes <> '{}' or case_number is not null then
        update cases c
           set state = coalesce(x.state, c.state),
               number = coalesce(case_number, c.number),
               participants = coalesce(x.participants, c.participants),
               accepted_at = coalesce(x.accepted_at, c.accepted_at),
               promised_due = coalesce(x.promised_due, c.promised_due),
               statutory_due = coalesce(x.statutory_due, c.statutory_due),
               decided_at = coalesce(x.decided_at, c.decided_at),
               decision = coalesce(x.decision, c.decision),
               issued_at = coalesce(x.issued_at, c.issued_at),
               closed_at = coalesce(x.closed_at, c.closed_at),
               closing = coalesce(x.closing, c.closing),
               updated_at = in_at
          from jsonb_to_record(in_changes) as x(
               state text, participants int[], accepted_at timestamptz, promised_due timestamptz,
               statutory_due timestamptz, decided_at timestamptz, decision text,
               issued_at timestamptz, closed_at timestamptz, closing int)
         where c.id = in_case;
    end if;

    if in_form <> '' then
        insert into case_answer (tenant, case_id, form, element, task, data, by, at)
        values (owner, in_case, in_form, in_element, in_task, in_answer, in_person, in_at);
    end if;
    perform note_case(owner, in_case, in_entries);
    if in_opened <> '[]' then
        opened := open_tasks(owner, in_case, in_opened, case_number, in_at);
    end if;
    return opened;
end $$;

-- The first step: the run of a case that was just handed in, its application, its first tasks.
-- Gives the tasks as `move_case` does.
drop function if exists begin_case(int, bigint, timestamptz, int, bytea, jsonb, timestamptz, boolean,
    text, jsonb, int[], jsonb, jsonb);
create or replace function begin_case(
    in_tenant int, in_case bigint, in_at timestamptz, in_person int,
    in_state bytea, in_data jsonb, in_next_due timestamptz, in_ended boolean, in_done text[],
    in_form text, in_answer jsonb, in_participants int[], in_opened jsonb, in_entries jsonb
) returns jsonb language plpgsql as $$
begin
    insert into case_run (tenant, case_id, revision, state, data, next_due, ended, done)
    values (in_tenant, in_case, 1, in_state, in_data, in_next_due, in_ended, in_done);
    insert into case_answer (tenant, case_id, form, data, by, at)
    values (in_tenant, in_case, in_form, in_answer, in_person, in_at);
    update cases set participants = in_participants
     where id = in_case and participants <> in_participants;
    perform note_case(in_tenant, in_case, in_entries);
    return open_tasks(in_tenant, in_case, in_opened, null, in_at);
end $$;

-- Rows for tasks the engine has opened. A lane that nobody serves gives way to the fallback lane,
-- which is put on record.
create or replace function open_tasks(
    in_tenant int, in_case bigint, in_opened jsonb, in_number text, in_at timestamptz
) returns jsonb language plpgsql as $$
declare
    opened jsonb;
    fallen jsonb;
begin
    -- Materialized: otherwise `served` is worked out at each place that names it.
    with asked as materialized (
        select x.*, staffed(x.tenant, x.lane) as served
          from jsonb_to_recordset(in_opened) as x(
               tenant int, uid uuid, element text, instance smallint, stage text, name text,
               name_en text,
               case_number text, matter_name text, matter_name_en text, applicant_name text,
               summary text, lane text, fallback_lane text, differs_from text[], due timestamptz)
    ), row as (
        insert into task (tenant, case_id, uid, element, instance, stage, name, name_en,
                          case_number, matter_name, matter_name_en, applicant_name, summary, lane,
                          fallback, differs_from, opened_at, due, state)
        select x.tenant, in_case, x.uid, x.element, x.instance, x.stage, x.name, x.name_en,
               coalesce(in_number, x.case_number), x.matter_name, x.matter_name_en,
               x.applicant_name, x.summary, case when x.served then x.lane else x.fallback_lane end,
               not x.served, x.differs_from, in_at, x.due, 'open'
          from asked x
        returning id, element, name, lane, fallback
    )
    select coalesce(jsonb_agg(jsonb_build_object('id', id, 'element', element, 'name', name)
                              order by id), '[]'),
           jsonb_agg(jsonb_build_object('at', in_at, 'kind', 'task.fallback', 'element', element,
                                        'step_name', name,
                                        'detail', jsonb_build_object('lane', lane)))
               filter (where fallback)
      into opened, fallen
      from row;
    if fallen is not null then
        perform note_case(in_tenant, in_case, fallen);
    end if;
    return opened;
end $$;

-- Lines for the record of a case. What a line leaves out is empty.
create or replace function note_case(in_tenant int, in_case bigint, in_entries jsonb)
returns void language plpgsql as $$
begin
    insert into case_event (tenant, case_id, at, kind, by, by_name, by_post, on_behalf_of, element,
                            step_name, outcome, why, detail)
    select in_tenant, in_case, x.at, x.kind, x.by, coalesce(x.by_name, ''),
           coalesce(x.by_post, ''), coalesce(x.on_behalf_of, ''), coalesce(x.element, ''),
           coalesce(x.step_name, ''), coalesce(x.outcome, ''), coalesce(x.why, ''),
           coalesce(x.detail, '{}')
      from jsonb_to_recordset(in_entries) as x(
           at timestamptz, kind text, by int, by_name text, by_post text, on_behalf_of text,
           element text, step_name text, outcome text, why text, detail jsonb);
end $$;
