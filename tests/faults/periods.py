"""What a run of a period did in the database, written down by a trigger of the run's own."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from tests.faults.stage import Stage

# How often a period's row was begun or ended, and whether somebody else had it then.
WATCH: Final = """
CREATE TABLE IF NOT EXISTS public.faults_run (
    id bigint GENERATED ALWAYS AS IDENTITY, run uuid, schedule text, period timestamptz,
    begun boolean, was text, became text, held boolean
);
CREATE OR REPLACE FUNCTION public.faults_note_run() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO public.faults_run (run, schedule, period, begun, was, became, held) VALUES (
        NEW.id, NEW.schedule, NEW.period, NEW.started_at IS DISTINCT FROM OLD.started_at, OLD.outcome, NEW.outcome,
        OLD.started_at IS NOT NULL AND OLD.overdue_at > clock_timestamp()
    );
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER faults_note_run AFTER UPDATE ON public.work_scheduledrun
FOR EACH ROW EXECUTE FUNCTION public.faults_note_run();
"""
NOTED: Final = "SELECT schedule, period::text, begun, was, became, held FROM public.faults_run ORDER BY id"
ROWS: Final = "SELECT schedule, period::text, count(*) FROM work_scheduledrun GROUP BY 1, 2 HAVING count(*) > 1"
Noted = tuple[str, str, bool, str, str, bool]


def watch(stage: Stage) -> None:
    """Write down from now on what becomes of each period."""
    stage.run(WATCH)


def wrong(stage: Stage) -> list[str]:
    """Periods that are there twice, or were run twice."""
    return [*(f"{name} {period} is there {count} times" for name, period, count in stage.rows(ROWS)), *_twice(stage)]


def count(stage: Stage) -> int:
    """How many periods were run to their end."""
    [(ended,)] = stage.rows("SELECT count(*) FROM public.faults_run WHERE became = 'done' AND was = ''")
    return int(ended)


def _twice(stage: Stage) -> Iterator[str]:
    return twice(stage.rows(NOTED))


def twice(noted: Iterable[Noted | Sequence[Any]]) -> Iterator[str]:
    """Begun after its end, begun while another had it, or ended twice."""
    for name, period, begun, was, became, held in noted:
        if begun and was:
            yield f"{name} {period} was begun though it was {was}"
        elif begun and held:
            yield f"{name} {period} was begun while another worker had it"
        elif was and became != was:
            yield f"{name} {period} was {was}, then {became}"
