-- One step of a case, written whole or not at all, in one statement.
--   guard   the task is still open and mine to finish (skipped when no task is finished: $1 null)
--   run     the engine's state, only if nobody moved the case since it was read ($8 = revision)
--   serial  the case number, when the case is accepted here ($21 width > 0)
-- Everything else hangs on `run`: without its row nothing is written. The answer is `moved` and
-- the tasks opened.
with guard as (
    select id from task
    where id = $1::bigint and state = 'open' and (assignee is null or assignee = $2::int)
    for update
), run as (
    update case_run r
       set state = $3::bytea, data = $4::jsonb, revision = r.revision + 1,
           next_due = $5::timestamptz, ended = $6::boolean
     where r.case_id = $7::bigint and r.revision = $8::int
       and ($1::bigint is null or exists (select 1 from guard))
    returning r.case_id, r.tenant
), serial as (
    select case when $21::int > 0 then
        $19::text || lpad(next_serial(run.tenant, 'case', $20::text)::text, $21::int, '0') || $22::text
    end as number from run
), done as (
    update task t
       set state = 'done', outcome = $9::text, done_at = $10::timestamptz, done_by = $2::int,
           assignee = $2::int, done_for = $11::int
      from run where t.id = $1::bigint
), gone as (
    update task t set state = 'cancelled', done_at = $10::timestamptz
      from run
     where t.case_id = run.case_id and t.state in ('open', 'held')
       and t.uid = any($12::uuid[]) and t.id is distinct from $1::bigint
), opened as (
    insert into task (tenant, case_id, uid, element, stage, name, name_en, case_number, matter_name,
                      matter_name_en, applicant_name, summary, lane, fallback, differs_from,
                      opened_at, due, state)
    select x.tenant, run.case_id, x.uid, x.element, x.stage, x.name, x.name_en,
           coalesce(serial.number, x.case_number), x.matter_name, x.matter_name_en,
           x.applicant_name, x.summary,
           case when s.yes then x.lane else x.fallback_lane end, not s.yes, x.differs_from,
           $10::timestamptz, x.due, 'open'
      from run, serial, jsonb_to_recordset($13::jsonb) as x(
           tenant int, uid uuid, element text, stage text, name text, name_en text,
           case_number text, matter_name text, matter_name_en text, applicant_name text,
           summary text, lane text, fallback_lane text, differs_from text[], due timestamptz)
      cross join lateral (select staffed(x.tenant, x.lane) as yes) s
    returning id, case_id, element, name, lane, fallback
), answer as (
    insert into case_answer (tenant, case_id, form, element, task, data, by, at)
    select run.tenant, run.case_id, $14::text, $15::text, $1::bigint, $16::jsonb, $2::int,
           $10::timestamptz
      from run where $14::text <> ''
), events as (
    insert into case_event (tenant, case_id, at, kind, by, by_name, by_post, on_behalf_of, element,
                            step_name, outcome, why, detail)
    select run.tenant, run.case_id, x.at, x.kind, x.by, x.by_name, x.by_post, x.on_behalf_of,
           x.element, x.step_name, x.outcome, x.why, x.detail
      from run, jsonb_to_recordset($17::jsonb) as x(
           at timestamptz, kind text, by int, by_name text, by_post text, on_behalf_of text,
           element text, step_name text, outcome text, why text, detail jsonb)
    union all
    select run.tenant, run.case_id, $10::timestamptz, 'task.fallback', null, '', '', '',
           o.element, o.name, '', '', jsonb_build_object('lane', o.lane)
      from run join opened o on o.case_id = run.case_id where o.fallback
), standing as (
    update cases c
       set state = coalesce(x.state, c.state),
           number = coalesce(serial.number, c.number),
           participants = coalesce(x.participants, c.participants),
           accepted_at = coalesce(x.accepted_at, c.accepted_at),
           promised_due = coalesce(x.promised_due, c.promised_due),
           statutory_due = coalesce(x.statutory_due, c.statutory_due),
           decided_at = coalesce(x.decided_at, c.decided_at),
           decision = coalesce(x.decision, c.decision),
           issued_at = coalesce(x.issued_at, c.issued_at),
           closed_at = coalesce(x.closed_at, c.closed_at),
           closing = coalesce(x.closing, c.closing),
           updated_at = $10::timestamptz
      from run, serial, jsonb_to_record($18::jsonb) as x(
           state text, participants int[], accepted_at timestamptz, promised_due timestamptz,
           statutory_due timestamptz, decided_at timestamptz, decision text, issued_at timestamptz,
           closed_at timestamptz, closing int)
     where c.id = run.case_id and $18::jsonb <> '{}'::jsonb
)
select (select count(*) from run) as moved,
       (select jsonb_agg(jsonb_build_object('id', id, 'element', element, 'name', name) order by id)
          from opened) as opened
