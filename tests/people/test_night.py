"""What sign-ins leave behind is swept away at night."""

from datetime import timedelta

from world import Town

from onewindow import db, jobs


async def test_ended_sessions_and_old_tries_are_forgotten(town: Town) -> None:
    person = town.people["li.min"]
    with db.as_system():
        for name, ends in (("ended", timedelta(days=-2)), ("living", timedelta(hours=1))):
            await db.execute(
                "insert into session (token_hash, person, created_at, seen_at, ends_at,"
                " second_factor, address, agent)"
                " values ($1, $2, now(), now(), now() + $3::interval, true, '', '')",
                name,
                person,
                ends,
            )
        for name, ago in (("old", timedelta(days=400)), ("fresh", timedelta(minutes=1))):
            await db.execute(
                "insert into sign_in_attempt (name_hash, address, at)"
                " values ($1, '', now() - $2::interval)",
                name,
                ago,
            )
    _when, work = jobs.CLOCK["clock.visits"]
    await work()
    with db.as_system():
        kept = await db.fetch("select token_hash from session where person = $1", person)
        tries = await db.fetch("select name_hash from sign_in_attempt")
    assert [row["token_hash"] for row in kept] == ["living"]
    assert [row["name_hash"] for row in tries] == ["fresh"]
